using EServices.Contracts.Payment;
using EServices.Platform.Messaging;

namespace EServices.Notification.Telling;

internal sealed class WhenBillIssued(Teller teller) : IReaction<BillIssued>
{
    public Task On(BillIssued fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(fact.Citizen, "bill-issued", words => words.Total(fact.TotalPaise).With("tracking", fact.TrackingNumber), delivery, cancellationToken);
}

internal sealed class WhenBillSettled(Teller teller) : IReaction<BillSettled>
{
    public Task On(BillSettled fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(fact.Citizen, "payment-received", words => words.Total(fact.TotalPaise).With("receipt", fact.ReceiptNumber), delivery, cancellationToken);
}
