/** Single values of the EdCPS inputs. */
import { z } from "zod";

/** An id or code of JD Cloud: opaque text. */
export const code = z.string("write an id or code of JD Cloud as text").min(1, "write an id or code of JD Cloud, not an empty text");

/** JD Cloud's `yes` and `no`; true and false mean the same. */
export const yesNo = z
  .union([z.enum(["yes", "no"]), z.boolean()], 'write "yes" or "no", or true or false')
  .transform((value) => (value === true ? "yes" : value === false ? "no" : value));

export const chargeMode = z.enum(
  ["prepaid_by_duration", "postpaid_by_duration"],
  'write "postpaid_by_duration" or "prepaid_by_duration"; EdCPS servers have no other way of payment',
);

export const lineType = z.enum(["un", "ct", "cm"], 'write "un" (China Unicom), "ct" (China Telecom) or "cm" (China Mobile)');

const megabitsRule = "write a whole number of Mbit/s, 1 to 10240";
export const megabits = z.int(megabitsRule).min(1, megabitsRule).max(10_240, megabitsRule);
const uplinkRule = "write a whole number of Mbit/s, 0 to 10240";
export const uplinkMegabits = z.int(uplinkRule).min(0, uplinkRule).max(10_240, uplinkRule);

const cidrRule = 'write a range such as "10.0.1.40/32" or a single address';

/** An address range; a single address gets its prefix length, as the service writes it. */
export const cidr = z
  .union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], cidrRule)
  .transform((range) => (range.includes("/") ? range : `${range}/${range.includes(":") ? 128 : 32}`));

const classes = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/];
const allowedInPassword = /^[A-Za-z0-9()`~!@#$%^&*_\-+=|{}[\]:";'<>,.?/\\]*$/;

/** The rest of the vendor's password rules (forbidden words, runs of digits, letters and keys) is left to the service. */
export const password = z
  .string("write the password as text")
  .min(8, "a password has 8 to 30 characters")
  .max(30, "a password has 8 to 30 characters")
  .regex(
    allowedInPassword,
    "use letters, digits and the special characters ( ) ` ~ ! @ # $ % ^ & * _ - + = | { } [ ] : \" ; ' < > , . ? / \\ only",
  )
  .refine(
    (text) => classes.filter((one) => one.test(text)).length >= 3,
    "use at least three of: upper case letters, lower case letters, digits, special characters",
  );

const longestScriptBytes = 16 * 1024;
const firstLine = /^#!\/(bin\/bash|usr\/bin\/env python)[ \t]*(\r?\n|$)/;

/** A script, plain or in base64. */
export const script = z
  .string("write the script as text")
  .refine(
    (text) => firstLine.test(plainScript(text).toString("utf8")),
    "write a script, plain or as base64, whose first line is #!/bin/bash or #!/usr/bin/env python",
  )
  .refine((text) => plainScript(text).length <= longestScriptBytes, "a script has at most 16 KB (16384 bytes)");

/** The script's bytes, whether `text` is the script itself or base64 of it. */
export function plainScript(text: string): Buffer {
  return text.startsWith("#!") ? Buffer.from(text, "utf8") : Buffer.from(text, "base64");
}
