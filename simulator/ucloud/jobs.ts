import { seconds } from "./answers";
import { buildingMs, buildStateOf, initializingMs } from "./life-cycle";
import { hasFailed } from "./phone-work";
import { phoneIds } from "./phones";
import type { PhoneJob, Server } from "./state";
import type { Store } from "./store";

export type JobState = "PENDING" | "RUNNING" | "SUCCESS" | "PARTIAL_SUCCESS" | "FAILED";

function jobState(store: Store, server: Server): JobState {
  switch (buildStateOf(server, store.world.clock.now(), store.state.stalledAt)) {
    case "Initializing":
      return "PENDING";
    case "UPhoneCreating":
      return "RUNNING";
    case "CreateFailed":
      return "FAILED";
    case "Running":
      return server.failedPhones === 0 ? "SUCCESS" : "PARTIAL_SUCCESS";
  }
}

export type ShownJob = { JobId: string; JobType: string; State: JobState } & Record<string, unknown>;

/** The job that builds a server, as DescribeUPhoneJob shows it. */
export function creationJob(store: Store, server: Server): ShownJob {
  const state = jobState(store, server);
  const begin = seconds(server.buildStart + initializingMs);
  const hasEnded = state !== "PENDING" && state !== "RUNNING";
  const end = !hasEnded ? 0 : server.isFailing ? begin : seconds(server.buildStart + buildingMs);
  const ids = phoneIds(server);
  const tasks = ids.map((UPhoneId, index) => {
    const fails = server.isFailing || hasFailed(server, index + 1);
    const taskState = hasEnded ? (fails ? "FAILED" : "SUCCESS") : "RUNNING";
    const ErrorMsg = taskState === "FAILED" ? "the phone did not start" : "";
    return { TaskId: `${server.jobId}-${index + 1}`, UPhoneId, State: taskState, ErrorMsg, BeginTime: begin, EndTime: end };
  });
  return {
    JobId: server.jobId,
    JobType: "CREATE_SERVER_AND_UPHONE",
    State: state,
    CreateTime: seconds(server.boughtAt),
    BeginTime: state === "PENDING" ? 0 : begin,
    EndTime: end,
    UPhoneIds: ids,
    Tasks: state === "PENDING" ? [] : tasks,
  };
}

/** How long a job on phones waits before it begins. */
const pendingMs = 5_000;

/** A job on phones. What the vendor calls these types is documented nowhere. */
export function phoneJob({ world }: Store, job: PhoneJob): ShownJob {
  const now = world.clock.now();
  const isPending = now < job.createdAt + pendingMs;
  const hasEnded = now >= job.endsAt;
  const begin = seconds(job.createdAt + pendingMs);
  const end = hasEnded ? seconds(job.endsAt) : 0;
  const tasks = job.tasks.map(({ phoneId: UPhoneId, fails }, index) => ({
    TaskId: `${job.id}-${index + 1}`,
    UPhoneId,
    State: !hasEnded ? "RUNNING" : fails ? "FAILED" : "SUCCESS",
    ErrorMsg: hasEnded && fails ? "the phone did not answer" : "",
    BeginTime: begin,
    EndTime: end,
  }));
  return {
    JobId: job.id,
    JobType: job.type,
    State: isPending ? "PENDING" : hasEnded ? outcome(job) : "RUNNING",
    CreateTime: seconds(job.createdAt),
    BeginTime: isPending ? 0 : begin,
    EndTime: end,
    UPhoneIds: job.tasks.map((task) => task.phoneId),
    Tasks: isPending ? [] : tasks,
  };
}

function outcome({ tasks }: PhoneJob): JobState {
  const failed = tasks.filter((task) => task.fails).length;
  return failed === 0 ? "SUCCESS" : failed === tasks.length ? "FAILED" : "PARTIAL_SUCCESS";
}
