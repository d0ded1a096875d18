using EServices.Payment.Bills;
using EServices.Payment.Money;
using EServices.Payment.Providers;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Payment.Ledger;

internal sealed record EntryList(IReadOnlyList<JournalEntry> Items, string? Next);

/// <param name="AsOf">Everything entered before this instant is in it.</param>
internal sealed record TrialBalanceView(DateTimeOffset AsOf, IReadOnlyList<AccountBalance> Accounts, Paise DebitPaise, Paise CreditPaise, bool Balanced, string Currency);

/// <param name="BalancePaise">Debits less credits: above zero is money we hold, below zero money we owe.</param>
internal sealed record AccountBalance(string Account, Paise DebitPaise, Paise CreditPaise, Paise BalancePaise);

internal sealed record UnmatchedView(string Id, string Provider, string Type, string PaymentId, Paise? AmountPaise, string? Reference, DateTimeOffset ReceivedAt);

internal sealed record UnmatchedList(IReadOnlyList<UnmatchedView> Items, string? Next);

internal static class LedgerEndpoints
{
    public static void MapLedger(this IEndpointRouteBuilder api)
    {
        var ledger = api.MapGroup("/ledger").WithTags("Ledger").Allow(Roles.Finance)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        ledger.MapGet("/entries", EntriesAsync).WithName("ListLedgerEntries").WithSummary("The double entries of a bill, or of a day (yyyy-MM-dd in the state's zone).")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        ledger.MapGet("/trial-balance", TrialBalanceAsync).WithName("ReadTrialBalance").WithSummary("Every account's debits and credits. The two sides are equal, or something is very wrong.");
        ledger.MapGet("/unmatched-notices", UnmatchedAsync).WithName("ListUnmatchedNotices")
            .WithSummary("Notices that a provider signed about payments we never began.").ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<Results<Ok<EntryList>, ProblemHttpResult>> EntriesAsync(
        string? billId, DateOnly? day, Paging paging, DocumentStore<Bill> bills, CancellationToken cancellationToken)
    {
        if (billId is null == day is null)
            return new Checks().That(false, "?billId", "required", "Either billId or day.").Problem();
        if (billId is not null)
            return TypedResults.Ok(new EntryList((await bills.FindAsync(billId, cancellationToken))?.Entries ?? [], null));
        var page = await bills.ListAsync(BillDocuments.ByPostingDay.Where(day!), paging.Cursor, paging.Limit, cancellationToken);
        return TypedResults.Ok(new EntryList([.. page.Items.SelectMany(bill => bill.Entries).Where(entry => entry.PostedOn == day)], page.Next));
    }

    private static async Task<Ok<TrialBalanceView>> TrialBalanceAsync(Books books, TimeProvider time, CancellationToken cancellationToken)
    {
        var asOf = time.GetUtcNow();
        var balance = await books.BalanceAsync(cancellationToken);
        var (debit, credit) = (balance.Values.Sum(account => account.Debit), balance.Values.Sum(account => account.Credit));
        return TypedResults.Ok(new TrialBalanceView(
            asOf, [.. balance.Select(account => new AccountBalance(account.Key, account.Value.Debit, account.Value.Credit, account.Value.Debit - account.Value.Credit))],
            debit, credit, debit == credit, Paise.Currency));
    }

    private static async Task<Ok<UnmatchedList>> UnmatchedAsync(Paging paging, DocumentStore<UnmatchedNotice> notices, CancellationToken cancellationToken)
    {
        var page = await notices.ListAsync(UnmatchedNotice.ByTime.All.Descending(), paging.Cursor, paging.Limit, cancellationToken);
        return TypedResults.Ok(new UnmatchedList(
            [.. page.Items.Select(notice => new UnmatchedView(notice.Id, notice.Provider, notice.Type, notice.PaymentId, notice.Amount, notice.Reference, notice.ReceivedAt))],
            page.Next));
    }
}
