using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Contracts.Catalogue;
using EServices.Payment.Quotes;
using EServices.Payment.Receipts;
using EServices.Platform.CatalogueCopy;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;

namespace EServices.Payment.Bills;

/// <summary>Bills a submission: by the quote that was confirmed at the door, else by the fee rule of the version that the application is pinned to.</summary>
internal sealed partial class WhenApplicationSubmitted(
    DocumentStore<Bill> bills, DocumentStore<VisitTerms> visits, DocumentStore<Quote> quotes, DocumentStore<Withdrawal> withdrawals, KnownServices services,
    ReceiptNumbers numbers, PaymentTerms terms, TimeProvider time, ILogger<WhenApplicationSubmitted> logger) : IReaction<ApplicationSubmitted>
{
    public async Task On(ApplicationSubmitted fact, Delivery delivery, CancellationToken cancellationToken)
    {
        var bill = await bills.FindAsync(Bill.IdOf(fact.ApplicationId), cancellationToken) ?? await IssueAsync(fact, cancellationToken);

        // Whoever of submission and withdrawal comes second sees the other: each saves its own document before it looks for the other's.
        if (bill.State == BillState.Due && await withdrawals.FindAsync(fact.ApplicationId, cancellationToken) is { } withdrawal)
            await bills.UpdateAsync(bill.Id, due => { due.Cancel(withdrawal.Reason); return true; }, cancellationToken);
        else
            await numbers.NumberAsync(bill, cancellationToken);
    }

    private async Task<Bill> IssueAsync(ApplicationSubmitted fact, CancellationToken cancellationToken)
    {
        // The definition may still be under way here: the bus delivers this event again.
        var known = await services.VersionAsync(fact.ServiceId, fact.ServiceVersion, cancellationToken)
            ?? throw new InvalidOperationException($"{fact.ServiceId} version {fact.ServiceVersion} is not known here yet.");
        var now = time.GetUtcNow();
        var bill = Bill.Issue(fact, known.Launched.DepartmentId, await PriceAsync(fact, known.Launched, cancellationToken), now, terms.DateAt(now));
        try
        {
            await bills.SaveAsync(bill, cancellationToken);
            return bill;
        }
        catch (DuplicateKeyException)
        {
            return await bills.GetAsync(bill.Id, cancellationToken);
        }
    }

    private async Task<Price> PriceAsync(ApplicationSubmitted fact, ServiceLaunched service, CancellationToken cancellationToken)
    {
        var operatorId = fact.Channel == Channel.Centre ? fact.SubmittedBy : null;
        if (fact.VisitId is not null)
        {
            var visit = await visits.FindAsync(fact.VisitId, cancellationToken)
                ?? throw new InvalidOperationException($"The confirmation of {fact.VisitId} has not arrived here yet.");
            if (visit.ServiceId == fact.ServiceId)
            {
                var quote = await quotes.GetAsync(visit.QuoteId, cancellationToken);
                return new Price(quote.Lines, quote.Basis, quote.Id, visit.OperatorId);
            }
            // At the door the citizen asked for something else than was quoted: that is priced by its own rule.
            OtherService(fact.ApplicationId, fact.VisitId);
            operatorId = visit.OperatorId;
        }
        return new Price(service.Fee.LinesFor(fact.Channel), service.Fee.Basis(), null, operatorId);
    }

    [LoggerMessage(EventName = "VisitForOtherService", Level = LogLevel.Warning, Message = "{ApplicationId} is for another service than {VisitId} was quoted for; billed by the fee rule")]
    private partial void OtherService(string applicationId, string visitId);
}
