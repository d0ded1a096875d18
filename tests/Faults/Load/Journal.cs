using System.Collections.Concurrent;

namespace EServices.Faults.Tests.Load;

/// <summary>What the platform acknowledged, as a front end wrote it down at that moment: each of it has to be found afterwards.</summary>
internal sealed class Journal
{
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

    /// <summary>Slots that were refused because another had taken them.</summary>
    public int SlotsContested => contested;

    private int contested;

    public void Contested() => Interlocked.Increment(ref contested);

    public int Count => Submissions.Count + Payments.Count + Visits.Count;
}

internal sealed record Paid(string PaymentId, string? ReceiptId, long Paise);

internal sealed record Booked(string CallId, string SlotId);
