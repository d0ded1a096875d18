using EServices.Payment.Ledger;
using EServices.Payment.Money;
using EServices.Payment.Providers;
using EServices.Payment.Receipts;
using EServices.Platform.Packs;

namespace EServices.Payment;

internal static class PaymentHosting
{
    private static readonly TimeSpan SandboxDeadline = TimeSpan.FromSeconds(10);

    public static void AddPayment(this WebApplicationBuilder app)
    {
        app.Services.AddSingleton(services => PaymentTerms.From(services.GetRequiredService<StatePack>()));
        app.Services.AddMoneySchema();
        app.Services.AddSingleton<ReceiptNumbers>();
        app.Services.AddSingleton<Books>();
        app.Services.AddSingleton<PaymentProviders>();
        app.Services.AddHostedService(services => services.GetRequiredService<PaymentProviders>());
        app.Services.AddSingleton<PaymentSweep>();
        app.Services.AddHostedService(services => services.GetRequiredService<PaymentSweep>());
        app.Services.AddHttpClient<SandboxProvider>(http => http.Timeout = SandboxDeadline);
    }
}
