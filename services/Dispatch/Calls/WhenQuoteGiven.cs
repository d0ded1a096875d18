using EServices.Contracts.Payment;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;

namespace EServices.Dispatch.Calls;

/// <summary>A total told in a call is one of its readiness checks.</summary>
internal sealed partial class WhenQuoteGiven(DocumentStore<Call> calls, ILogger<WhenQuoteGiven> logger) : IReaction<QuoteGiven>
{
    public async Task On(QuoteGiven fact, Delivery delivery, CancellationToken cancellationToken)
    {
        if (fact.CallId is null)
            return;
        try
        {
            await calls.ReactAsync(
                fact.CallId, delivery,
                call => call.Quoted(new Quote(fact.QuoteId, fact.ServiceId, fact.ServiceVersion, fact.Channel, fact.TotalPaise, delivery.RaisedAt, fact.ExpiresAt)),
                cancellationToken);
        }
        catch (DocumentNotFoundException)
        {
            // Anyone may ask for a quote and name any call. A real call was saved before its id was known to anybody, so waiting for it is no use.
            UnknownCall(fact.QuoteId);
        }
    }

    [LoggerMessage(EventName = "QuoteForUnknownCall", Level = LogLevel.Information, Message = "Quote {QuoteId} names a call that does not exist here")]
    private partial void UnknownCall(string quoteId);
}
