using EServices.Payment.Bills;
using EServices.Payment.Ledger;
using EServices.Payment.Receipts;
using EServices.Platform.Hosting;
using EServices.Platform.Storage;

namespace EServices.Payment;

/// <summary>Finishes what a crash left between a settlement and its receipt number, and closes the books of days that have ended.</summary>
internal sealed class PaymentSweep(DocumentStore<Bill> bills, ReceiptNumbers numbers, Books books, ILogger<PaymentSweep> logger) : Sweep(Every, logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private const int Batch = 200;

    public override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var waiting = await bills.ListAsync(BillDocuments.ByNumberDue.All, null, Batch, cancellationToken);
        foreach (var bill in waiting.Items)
            await numbers.NumberAsync(bill, cancellationToken);
        await numbers.TidyAsync(cancellationToken);
        await books.CloseAsync(cancellationToken);
    }
}
