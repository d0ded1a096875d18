using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace EServices.Faults.Tests.Load;

/// <summary>What the platform acknowledged, as a front end wrote it down at that moment: each of it has to be found afterwards.</summary>
internal sealed class Journal
{
    private int contested;
    private int turnedAway;

    /// <summary>Tracking numbers by application.</summary>
    public ConcurrentDictionary<string, string> Submissions { get; } = new();

    /// <summary>Applications that were begun.</summary>
    public ConcurrentDictionary<string, bool> Drafts { get; } = new();

    /// <summary>Payments by bill.</summary>
    public ConcurrentDictionary<string, Paid> Payments { get; } = new();

    /// <summary>Visits by id.</summary>
    public ConcurrentDictionary<string, Booked> Visits { get; } = new();

    /// <summary>Calls that were taken down.</summary>
    public ConcurrentDictionary<string, bool> Calls { get; } = new();

    /// <summary>Applications that an officer approved.</summary>
    public ConcurrentDictionary<string, bool> Decisions { get; } = new();

    /// <summary>Journeys by the visit that was promised.</summary>
    public ConcurrentDictionary<string, Way> Journeys { get; } = new();

    /// <summary>Slots that were refused because another had taken them.</summary>
    public int SlotsContested => contested;

    /// <summary>Callers for whom no window of the day was left: nothing was promised to them.</summary>
    public int CallersTurnedAway => turnedAway;

    public int Count => Submissions.Count + Payments.Count + Visits.Count;

    public void Contested() => Interlocked.Increment(ref contested);

    public void TurnedAway() => Interlocked.Increment(ref turnedAway);

    public Way Began(string visitId, string callId, string mobile) => Journeys[visitId] = new Way(visitId, callId, mobile);
}

internal sealed record Paid(string PaymentId, string? ReceiptId, long Paise);

internal sealed record Booked(string CallId, string SlotId);

/// <summary>How far someone has come on the way from a call to a certificate.</summary>
internal sealed class Way(string visitId, string callId, string mobile)
{
    public string VisitId => visitId;

    public string CallId => callId;

    public string Mobile => mobile;

    /// <summary>The last that was acknowledged.</summary>
    public string Last { get; private set; } = "visit promised";

    public string? ApplicationId { get; set; }

    /// <summary>As it was handed out.</summary>
    public JsonObject? Certificate { get; set; }

    public void Reached(string step) => Last = step;

    public override string ToString() => $"visit {visitId} of {callId}, {ApplicationId ?? "nothing handed in"}, last: {Last}";
}
