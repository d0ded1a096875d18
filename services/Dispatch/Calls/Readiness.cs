using EServices.Contracts;

namespace EServices.Dispatch.Calls;

/// <param name="Why">What is known, or what is still to do, in a sentence.</param>
internal sealed record ReadinessCheck(string Check, bool Ok, string Why);

/// <summary>The gate before anyone travels. False numbers, made-up addresses and missing papers are found here and not at the door.</summary>
internal static class Readiness
{
    public static IReadOnlyList<ReadinessCheck> Of(Call call, DateTimeOffset now) =>
        [Number(call), ServiceChosen(call), Documents(call), AddressMatched(call), Quoted(call, now), Named(call)];

    public static IReadOnlyList<string> Next(Call call, DateTimeOffset now)
    {
        if (call.State == CallState.Callback)
            return ["answer", "dispose"];
        if (call.State != CallState.Open)
            return [];
        var open = Of(call, now).Where(check => !check.Ok).SelectMany(check => ActionsFor(check.Check));
        var again = new[] { "choose-service", "confirm-document", "set-address", "name" }.Where(action => action != "confirm-document" || call.Service is not null);
        return [.. open.Concat(again).Where(action => action != "confirm-document" || call.Service is not null).Append("dispose").Distinct()];
    }

    private static IEnumerable<string> ActionsFor(string check) => check switch
    {
        "number-confirmed" => ["confirm-number", "resend-code"],
        "service-chosen" => ["choose-service"],
        "documents-confirmed" => ["confirm-document"],
        "address-matched" => ["set-address"],
        "caller-named" => ["name"],
        _ => [],
    };

    private static ReadinessCheck Number(Call call) => call.NumberConfirmedAt is not null
        ? Passed("number-confirmed", "The caller named the code that was sent to the number.")
        : Open("number-confirmed", "A code was sent to the caller's number and has to be named.");

    private static ReadinessCheck ServiceChosen(Call call) => call.Service is { } service
        ? Passed("service-chosen", $"{service.Name.In("en")}, version {service.Version}, comes to the door.")
        : Open("service-chosen", "No service has been chosen.");

    private static ReadinessCheck Documents(Call call)
    {
        if (call.Service is null)
            return Open("documents-confirmed", "The documents are known once a service is chosen.");
        var missing = call.Service.Documents
            .Where(asked => asked.Mandatory && call.Documents.All(confirmed => confirmed.DocumentId != asked.DocumentId))
            .Select(asked => asked.Name.In("en")).ToList();
        return missing.Count == 0
            ? Passed("documents-confirmed", "Every mandatory document is at hand, itself or an alternative.")
            : Open("documents-confirmed", $"Not confirmed: {string.Join(", ", missing)}.");
    }

    private static ReadinessCheck AddressMatched(Call call) => call.Address is { } address
        ? Passed("address-matched", $"{address.TehsilName}, {address.DistrictName}, {address.Pincode}: the parts fit each other.")
        : Open("address-matched", "No address has been matched with tehsil, district and pincode.");

    private static ReadinessCheck Quoted(Call call, DateTimeOffset now)
    {
        const string check = "total-quoted";
        if (call.QuoteNow() is { } quote)
        {
            return quote.ExpiresAt > now
                ? Passed(check, $"The caller was told a total of {Rupees.Of(quote.TotalPaise)}.")
                : Open(check, "The quote has expired: quote again.");
        }
        if (call.Service is null || call.Quotes.Count == 0)
            return Open(check, "The total has not been told: quote the service for this call.");
        var last = call.Quotes[^1];
        return Open(check, last switch
        {
            _ when last.ServiceId != call.Service.ServiceId => "The quote is for another service: quote the chosen one.",
            { Channel: not Channel.Doorstep } => "The quote is not for a visit at the door: quote the doorstep channel.",
            _ => "The quote is for another version of the service: choose the service again and quote it.",
        });
    }

    private static ReadinessCheck Named(Call call) => call.CallerName is not null
        ? Passed("caller-named", "The operator knows whom to ask for.")
        : Open("caller-named", "The caller's name is not known.");

    private static ReadinessCheck Passed(string check, string why) => new(check, true, why);

    private static ReadinessCheck Open(string check, string why) => new(check, false, why);
}
