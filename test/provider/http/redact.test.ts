import { redact } from "../../../provider/http/redact";

describe("redact", () => {
  test.each([
    ["form", "Action=X&Signature=abc123&Password=p%40ss&Limit=1", "Action=X&Signature=[redacted]&Password=[redacted]&Limit=1"],
    ["query", "https://c.example/?AccessKeyId=AK1&x=1", "https://c.example/?AccessKeyId=[redacted]&x=1"],
    [
      "signature header",
      "HMAC Credential=AK/20260102, SignedHeaders=host, Signature=abc",
      "HMAC Credential=AK/20260102, SignedHeaders=host, Signature=[redacted]",
    ],
    [
      "text in brackets",
      "refused (Signature=abc; token=def) for SecurityToken='x'",
      "refused (Signature=[redacted]; token=[redacted] for SecurityToken=[redacted]",
    ],
    ["JSON", '{"password": "p\\"q", "name": "a", "userData":"abc"}', '{"password": "[redacted]", "name": "a", "userData":"[redacted]"}'],
    ["JSON numbers", '{"password": 123456, "count": 3}', '{"password": "[redacted]", "count": 3}'],
    ["JSON within JSON", '{"body":"{\\"password\\":\\"pq\\",\\"a\\":1}"}', '{"body":"{\\"password\\":\\"[redacted]\\",\\"a\\":1}"}'],
    [
      "JSON keys of any spelling",
      '{"X-Security-Token":"t","CouponId":"c","private_key":"k","session_id":"s"}',
      '{"X-Security-Token":"[redacted]","CouponId":"[redacted]","private_key":"[redacted]","session_id":"[redacted]"}',
    ],
  ])("hides the values of secret-looking names in a %s", (_where, text, shown) => expect(redact(text)).toBe(shown));

  test.each([
    'UCloud answered RetCode 171 "Signature VerifyAC Error" (DescribeUPhoneServer, request 1-2).',
    "The password must have 8 to 30 characters.",
    "Set it with `pulumi config set --secret ucloud:privateKey <value>`.",
    '{"name": "a", "RetCode": 0, "TotalCount": 3}',
  ])("leaves alone: %s", (text) => expect(redact(text)).toBe(text));

  test("hides known secrets wherever they stand", () => {
    expect(redact("key sk-1234 and sk-1234", ["sk-1234"])).toBe("key [redacted] and [redacted]");
  });

  test("hides a longer secret whole when a shorter one is a part of it", () => {
    expect(redact("it was abcdefgh", ["abcd", "abcdefgh"])).toBe("it was [redacted]");
  });

  test("hides known secrets also as they look when encoded for a URL, a form or JSON", () => {
    const secret = 'a+b/c= "d\\';
    expect(redact(encodeURIComponent(secret), [secret])).toBe("[redacted]");
    expect(redact(new URLSearchParams({ x: secret }).toString(), [secret])).toBe("x=[redacted]");
    expect(redact(JSON.stringify({ x: secret }), [secret])).toBe('{"x":"[redacted]"}');
  });

  test("takes no short or missing text for a secret", () => {
    expect(redact("a cat", ["a", "", undefined])).toBe("a cat");
  });
});
