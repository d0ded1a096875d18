using System.Text.Json.Serialization;
using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Contracts.Payment;

namespace EServices.Application.Applications;

/// <summary>Where the applicant lives, and with that which offices answer for the application.</summary>
/// <param name="Division">Id of the division, whose own holidays count.</param>
/// <param name="Offices">What it is listed under: the territories that contain the place, and what stands for a place that was not given (see <see cref="Access"/>).</param>
internal sealed record Whereabouts(string? DistrictCode, string? TehsilCode, string? Division, IReadOnlyList<string> Offices);

/// <summary>A paper handed in.</summary>
/// <param name="AskedFor">The document that the service asks for.</param>
/// <param name="Type">What was given: the document itself or one of its alternatives.</param>
/// <param name="Sha256">Lowercase hex of the content.</param>
internal sealed record Attachment(string DocumentId, string AskedFor, string Type, string MediaType, int Bytes, string Sha256, DateTimeOffset AttachedAt);

internal sealed record Bill(string BillId, IReadOnlyList<BillLine> Lines, long TotalPaise, DateTimeOffset? IssuedAt);

internal sealed record Receipt(string ReceiptId, string ReceiptNumber, long TotalPaise, string Method, DateTimeOffset SettledAt);

/// <summary>What the officer asked to mend.</summary>
/// <param name="Fields">JSON Pointers into the form.</param>
/// <param name="Documents">Ids of documents that the service asks for.</param>
internal sealed record Returned(IReadOnlyList<string> Fields, IReadOnlyList<string> Documents, string Reason, DateTimeOffset At);

internal sealed record Decided(Decision Decision, string Reason, bool WithinTime, DateTimeOffset At, string Officer);

/// <summary>Who has to do what next, and by when.</summary>
/// <param name="Who"><c>citizen</c>, <c>payment</c>, <c>officer</c> or <c>nobody</c>.</param>
/// <param name="Code">kebab-case, for a screen's own words.</param>
/// <param name="By">Null where no date binds: <paramref name="ByWhy"/> says why.</param>
internal sealed record NextStep(string Who, string Code, Localised What, DateOnly? By, string ByWhy);

/// <summary>A promise made on acknowledgement.</summary>
internal sealed record SignedPromise(string Compact, DateTimeOffset At);

[JsonConverter(typeof(CamelCaseEnumConverter<ClockState>))]
internal enum ClockState
{
    Running,
    Paused,
    Stopped,
}
