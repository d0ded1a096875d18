using EServices.Contracts.Application;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;

namespace EServices.Payment.Bills;

/// <summary>An application was withdrawn; kept so that a submission that arrives later is not left to be paid.</summary>
internal sealed class Withdrawal : Document
{
    public static readonly DocumentMap<Withdrawal> Map = new("withdrawals");

    public Withdrawal(string applicationId)
        : base(applicationId)
    {
    }

    private Withdrawal()
    {
    }

    public string Reason { get; private set; } = "the application was withdrawn";
}

internal sealed class WhenApplicationWithdrawn(DocumentStore<Bill> bills, DocumentStore<Withdrawal> withdrawals) : IReaction<ApplicationWithdrawn>
{
    public async Task On(ApplicationWithdrawn fact, Delivery delivery, CancellationToken cancellationToken)
    {
        var withdrawal = new Withdrawal(fact.ApplicationId);
        try
        {
            await withdrawals.SaveAsync(withdrawal, cancellationToken);
        }
        catch (DuplicateKeyException)
        {
        }
        var id = Bill.IdOf(fact.ApplicationId);
        if (await bills.FindAsync(id, cancellationToken) is { State: BillState.Due })
            await bills.UpdateAsync(id, bill => { bill.Cancel(withdrawal.Reason); return true; }, cancellationToken);
    }
}
