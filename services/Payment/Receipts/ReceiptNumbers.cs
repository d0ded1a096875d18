using System.Collections.Concurrent;
using EServices.Payment.Bills;
using EServices.Platform.Storage;

namespace EServices.Payment.Receipts;

/// <summary>
/// Numbers the receipts of settled bills: reserve in the series, write it into the bill, end the reservation. Each step is one write and may be repeated,
/// so a crash anywhere is mended by doing it again, which <see cref="PaymentSweep"/> does.
/// </summary>
/// <remarks>
/// Two who number one bill at once never take two numbers. A reservation ends only after its bill carries the number, and every change of the series is a write of
/// its version; so whoever reads the series, then still finds the bill without a number, and then writes the series as it was read, either saw the other's
/// reservation, or was before it.
/// </remarks>
internal sealed class ReceiptNumbers(DocumentStore<Bill> bills, DocumentStore<NumberSeries> series) : IDisposable
{
    private const int Attempts = 20;
    private const int MostRemembered = 1_000;

    // Payments of one process take turns instead of fighting over the one document; other processes are met by its version.
    private readonly SemaphoreSlim turn = new(1);

    // Ended reservations are struck off by the next one's write rather than by a write of their own.
    private readonly ConcurrentQueue<(string BillId, string Number)> ended = new();

    /// <summary>The bill with its receipt numbered; a bill that has no receipt or a numbered one comes back as it is.</summary>
    public async Task<Bill> NumberAsync(Bill bill, CancellationToken cancellationToken)
    {
        while (bill is { Receipt.Number: null, Settlement: { } settlement })
        {
            (bill, var number) = await ReserveAsync(FinancialYear.Of(settlement.On), bill.Id, cancellationToken);
            if (number is null)
                continue;
            try
            {
                bill.NumberReceipt(number);
                await bills.SaveAsync(bill, cancellationToken);
            }
            catch (ConflictException)
            {
                bill = await bills.GetAsync(bill.Id, cancellationToken);
            }
        }
        // What is not remembered here, TidyAsync finds: bills that are read again and again must not gather.
        if (bill.Receipt?.Number is { } carried && ended.Count < MostRemembered)
            ended.Enqueue((bill.Id, carried));
        return bill;
    }

    /// <summary>Ends reservations whose process died between writing the bill and striking them off.</summary>
    public async Task TidyAsync(CancellationToken cancellationToken)
    {
        await foreach (var year in series.AllAsync(NumberSeriesDocuments.ByYear.All, cancellationToken))
        {
            foreach (var reservation in year.Open)
            {
                if (await bills.FindAsync(reservation.BillId, cancellationToken) is not { Receipt.Number: { } carried })
                    continue;
                await ChangeAsync(year.Id, null, open =>
                {
                    open.Close(reservation.BillId, carried);
                    return Task.FromResult(true);
                }, cancellationToken);
            }
        }
    }

    public void Dispose() => turn.Dispose();

    /// <summary>The bill as it is now, and its number; none where it carries one by now.</summary>
    private async Task<(Bill Bill, string? Number)> ReserveAsync(FinancialYear year, string billId, CancellationToken cancellationToken)
    {
        Bill bill = null!;
        string? number = null;
        var struck = new List<(string BillId, string Number)>();
        while (struck.Count < 100 && ended.TryDequeue(out var reservation))
            struck.Add(reservation);
        await ChangeAsync(NumberSeries.IdOf(year), () => new NumberSeries(year), async open =>
        {
            bill = await bills.GetAsync(billId, cancellationToken);
            foreach (var (closed, carried) in struck)
                open.Close(closed, carried);
            number = bill.Receipt is { Number: null } ? open.Reserve(billId) : null;
            return number is not null || struck.Count > 0;
        }, cancellationToken);
        return (bill, number);
    }

    /// <param name="change">Tells whether there is anything to save.</param>
    private async Task ChangeAsync(string id, Func<NumberSeries>? create, Func<NumberSeries, Task<bool>> change, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var document = await series.FindAsync(id, cancellationToken) ?? create?.Invoke() ?? throw new DocumentNotFoundException(series.Map.Collection, id);
                if (!await change(document))
                    return;
                try
                {
                    await series.SaveAsync(document, cancellationToken);
                    return;
                }
                catch (Exception race) when (race is ConflictException or DuplicateKeyException && attempt < Attempts)
                {
                }
            }
        }
        finally
        {
            turn.Release();
        }
    }
}
