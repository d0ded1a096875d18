using EServices.Contracts.Application;
using EServices.Contracts.Dispatch;
using EServices.Payment;
using EServices.Payment.Bills;
using EServices.Payment.Ledger;
using EServices.Payment.Payments;
using EServices.Payment.Providers;
using EServices.Payment.Quotes;
using EServices.Payment.Receipts;
using EServices.Platform.Hosting;
using EServices.Platform.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("payment", platform => platform
    .KeepCatalogueCopy()
    .Documents(QuoteDocuments.Map)
    .Documents(BillDocuments.Map)
    .Documents(VisitTerms.Map)
    .Documents(Withdrawal.Map)
    .Documents(NumberSeriesDocuments.Map)
    .Documents(ClosedBooks.Map)
    .Documents(UnmatchedNotice.Map)
    .Documents(SandboxSecret.Map)
    .React<VisitConfirmed, WhenVisitConfirmed>()
    .React<ApplicationSubmitted, WhenApplicationSubmitted>()
    .React<ApplicationWithdrawn, WhenApplicationWithdrawn>());
builder.AddPayment();

var app = builder.Build();
app.UsePlatform();
var api = app.MapApi();
api.MapQuotes();
api.MapBills();
api.MapPayments();
api.MapWebhooks();
api.MapReceipts();
api.MapLedger();
app.MapSandboxProvider();
await app.RunAsync();

internal sealed partial class Program;
