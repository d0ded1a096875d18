using EServices.Contracts;
using EServices.Payment.Money;
using EServices.Platform.CatalogueCopy;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Payment.Quotes;

/// <param name="Channel"><c>online</c>, <c>centre</c> or <c>doorstep</c>.</param>
/// <param name="CallId">The call in which the total is told, if any.</param>
/// <param name="DistrictCode">LGD code of the district where the service is wanted.</param>
internal sealed record QuoteRequest(Channel? Channel, string? CallId, string? DistrictCode);

/// <param name="FeeRuleId">The rule behind the amounts; with its version and source it answers "why this amount".</param>
/// <param name="ExpiresAt">Until then the total stands.</param>
internal sealed record QuoteView(
    string QuoteId, string ServiceId, int ServiceVersion, Channel Channel, IReadOnlyList<PricedLine> Lines, Paise TotalPaise, string Currency,
    string FeeRuleId, int FeeRuleVersion, string FeeRuleSource, DateTimeOffset ExpiresAt)
{
    public static QuoteView Of(Quote quote) => new(
        quote.Id, quote.ServiceId, quote.ServiceVersion, quote.Channel, quote.Lines, quote.Total, Paise.Currency,
        quote.Basis.RuleId, quote.Basis.RuleVersion, quote.Basis.Source, quote.ExpiresAt);
}

internal static class QuoteEndpoints
{
    public static void MapQuotes(this IEndpointRouteBuilder api)
    {
        var quotes = api.MapGroup("").WithTags("Quotes").AllowAnonymous();
        quotes.MapPost("/services/{id}/quote", GiveAsync).WithName("GiveQuote")
            .WithSummary("What a service costs on a channel, line by line, with the reason for each. The total stands until it expires.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        quotes.MapGet("/quotes/{id}", ReadAsync).WithName("ReadQuote").WithSummary("A quote that was given.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<QuoteView>, ProblemHttpResult>> GiveAsync(
        string id, QuoteRequest request, KnownServices services, DocumentStore<Quote> quotes, PaymentTerms terms, Ids ids, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var checks = new Checks()
            .That(request.Channel is not null, "/channel", "required", "online, centre or doorstep.")
            .That(request.CallId is null or { Length: > 0 and <= 40 }, "/callId", "too-long", "At most 40 characters.")
            .That(request.DistrictCode is null || terms.Districts.Contains(request.DistrictCode), "/districtCode", "unknown", "No district has this LGD code.");
        if (!checks.Passed)
            return checks.Problem();
        if (await services.CurrentAsync(id, cancellationToken) is not { } known)
            return Problems.NotFound("service", id);

        var now = time.GetUtcNow();
        var (quote, refusal) = Quote.Give(
            ids.New("qot"), known.Launched, known.Suspended, request.Channel!.Value, request.CallId, request.DistrictCode, terms.DateAt(now), now);
        if (refusal is not null)
            return Problems.Of(refusal);
        await quotes.SaveAsync(quote!, cancellationToken);
        return TypedResults.Ok(QuoteView.Of(quote!));
    }

    private static async Task<Results<Ok<QuoteView>, ProblemHttpResult>> ReadAsync(string id, DocumentStore<Quote> quotes, CancellationToken cancellationToken) =>
        await quotes.FindAsync(id, cancellationToken) is { } quote ? TypedResults.Ok(QuoteView.Of(quote)) : Problems.NotFound("quote", id);
}
