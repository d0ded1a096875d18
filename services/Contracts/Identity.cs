namespace EServices.Contracts.Identity;

/// <summary>A one-time code has to reach a person, and nobody else. Published by whichever service issued it; only Notification reads it.</summary>
/// <param name="Template">The pack's message template: <c>otp-sign-in</c>, <c>otp-call-confirm</c> or <c>otp-visit</c>.</param>
/// <param name="Code">The code in clear: kept by nobody but the message that carries it.</param>
/// <param name="Parameters">What else the template names; an amount as <c>totalPaise</c>, digits of a whole number of paise, which the reader words as <c>total</c>.</param>
public sealed record OneTimeCodeIssued(
    string Mobile, string Language, string Template, string Code, IReadOnlyDictionary<string, string> Parameters, DateTimeOffset ExpiresAt);
