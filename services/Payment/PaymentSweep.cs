using EServices.Payment.Bills;
using EServices.Payment.Ledger;
using EServices.Payment.Receipts;
using EServices.Platform.Storage;

namespace EServices.Payment;

/// <summary>Finishes what a crash left between a settlement and its receipt number, and closes the books of days that have ended. Looks in real time, since a sandbox's clock jumps.</summary>
internal sealed partial class PaymentSweep(DocumentStore<Bill> bills, ReceiptNumbers numbers, Books books, ILogger<PaymentSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private const int Batch = 200;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                SweepFailed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        var waiting = await bills.ListAsync(BillDocuments.ByNumberDue.All, null, Batch, cancellationToken);
        foreach (var bill in waiting.Items)
            await numbers.NumberAsync(bill, cancellationToken);
        await numbers.TidyAsync(cancellationToken);
        await books.CloseAsync(cancellationToken);
    }

    [LoggerMessage(EventName = "PaymentSweepFailed", Level = LogLevel.Error, Message = "The sweep over settled bills and books failed and is repeated shortly")]
    private partial void SweepFailed(Exception failure);
}
