import { seconds } from "./answers";
import { buildingMs, buildStateOf, initializingMs } from "./life-cycle";
import { hasFailed, phoneIds } from "./phones";
import type { Server } from "./state";
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

/** The job that builds a server, as DescribeUPhoneJob shows it. */
export function creationJob(store: Store, server: Server): { JobId: string; JobType: string; State: JobState } & Record<string, unknown> {
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
