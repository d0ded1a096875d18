using EServices.Payment.Money;
using EServices.Platform.Storage;

namespace EServices.Payment.Providers;

/// <summary>A provider truly told us of a payment that we never began. Kept for finance: money may lie behind it.</summary>
internal sealed class UnmatchedNotice : Document
{
    public static readonly DocumentMap<UnmatchedNotice> Map;
    public static readonly DocumentIndex<UnmatchedNotice> ByTime;

    static UnmatchedNotice()
    {
        PaiseStorage.Register();
        Map = new DocumentMap<UnmatchedNotice>("unmatched_notices");
        ByTime = Map.Index("by_time", notice => notice.ReceivedAt);
    }

    public UnmatchedNotice(string provider, string webhookId, ProviderNotice notice, DateTimeOffset receivedAt)
        : base($"{provider}:{webhookId}")
    {
        (Provider, Type, ReceivedAt) = (provider, notice.Type!, receivedAt);
        (PaymentId, Amount, Reference) = (notice.Data!.PaymentId!, notice.Data.AmountPaise, notice.Data.Reference);
    }

    private UnmatchedNotice()
    {
    }

    public string Provider { get; private set; } = "";

    public string Type { get; private set; } = "";

    public string PaymentId { get; private set; } = "";

    public Paise? Amount { get; private set; }

    public string? Reference { get; private set; }

    public DateTimeOffset ReceivedAt { get; private set; }
}
