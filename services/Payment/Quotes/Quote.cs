using EServices.Contracts;
using EServices.Contracts.Catalogue;
using EServices.Contracts.Payment;
using EServices.Payment.Money;
using EServices.Platform;
using EServices.Platform.Storage;

namespace EServices.Payment.Quotes;

/// <summary>What someone was told a service costs. It binds us: a visit confirmed on it is billed exactly so.</summary>
internal sealed class Quote : Document
{
    /// <summary>Long enough for a visit to be scheduled and held.</summary>
    public static readonly TimeSpan Stands = TimeSpan.FromDays(7);

    private Quote(string id)
        : base(id)
    {
    }

    private Quote()
    {
    }

    public string ServiceId { get; private set; } = "";

    public int ServiceVersion { get; private set; }

    public Channel Channel { get; private set; }

    public string? CallId { get; private set; }

    public string? DistrictCode { get; private set; }

    public IReadOnlyList<PricedLine> Lines { get; private set; } = [];

    public Paise Total { get; private set; }

    public FeeBasis Basis { get; private set; } = null!;

    public DateTimeOffset GivenAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>Prices a service on a channel, or says why it can't be priced.</summary>
    /// <param name="suspended">Why the service can't be asked for now; null when it can.</param>
    /// <param name="today">The date in the state.</param>
    public static (Quote? Quote, Refusal? Refusal) Give(
        string id, ServiceLaunched service, string? suspended, Channel channel, string? callId, string? districtCode, DateOnly today, DateTimeOffset now)
    {
        if (suspended is not null)
            return (null, Refusal.Conflict("service-suspended", $"The service can't be asked for now: {suspended}"));
        if (!service.Channels.Contains(channel))
            return (null, Refusal.Conflict("channel-not-offered", "The service is not offered on this channel.",
                new FieldError("/channel", "not-offered", $"Offered: {string.Join(", ", service.Channels.Select(offered => offered.ToString().ToLowerInvariant()))}.")));
        if (!service.Fee.Holds(today))
            return (null, Refusal.Conflict("no-fee-rule", $"Fee rule {service.Fee.RuleId} version {service.Fee.Version} is not in force on {today:yyyy-MM-dd}, so nobody can be charged by it."));

        var lines = service.Fee.LinesFor(channel);
        var quote = new Quote(id)
        {
            ServiceId = service.ServiceId,
            ServiceVersion = service.Version,
            Channel = channel,
            CallId = callId,
            DistrictCode = districtCode,
            Lines = lines,
            Total = lines.Sum(line => line.Paise),
            Basis = service.Fee.Basis(),
            GivenAt = now,
            ExpiresAt = now + Stands,
        };
        quote.Raise(new QuoteGiven(
            id, service.ServiceId, service.Version, callId, channel, quote.Total.Value, service.Fee.RuleId, service.Fee.Version, quote.ExpiresAt));
        return (quote, null);
    }
}

internal static class QuoteDocuments
{
    public static readonly DocumentMap<Quote> Map;

    static QuoteDocuments()
    {
        PaiseStorage.Register();
        Map = new DocumentMap<Quote>("quotes");
    }
}
