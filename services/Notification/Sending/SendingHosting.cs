using EServices.Notification.Messages;
using EServices.Platform.Hosting;
using EServices.Platform.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EServices.Notification.Sending;

internal static class SendingHosting
{
    private const int AttemptsBeforeParking = 10;

    /// <summary>SMTP where <c>Smtp:Host</c> is set; else, in a sandbox, the outbox; else nothing, and the service says that it is not ready.</summary>
    public static void AddSending(this WebApplicationBuilder app)
    {
        var smtp = app.Configuration.GetSection("Smtp").Get<SmtpSettings>() ?? new SmtpSettings();
        if (smtp.Host.Length > 0)
            app.Services.AddSingleton<IMessageChannel>(_ => new SmtpChannel(smtp));
        else if (app.IsSandbox())
            app.Services.AddSingleton<IMessageChannel, SandboxChannel>();
        app.Services.AddSingleton(new SendingRules(app.Configuration.GetValue("Sending:Attempts", AttemptsBeforeParking), app.IsSandbox()));
        app.Services.AddSingleton<DueSignal>();
        app.Services.AddHostedService<Courier>();
        app.Services.AddHealthChecks().AddCheck<SendingHealth>("sending", tags: ["ready"]);
    }
}

/// <summary>Without any channel nobody is told anything. Messages that wait long are worth a word, but the service can still take events.</summary>
internal sealed class SendingHealth(IEnumerable<IMessageChannel> channels, DocumentStore<Message> messages, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan LongestUsual = TimeSpan.FromMinutes(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!channels.Any())
            return HealthCheckResult.Unhealthy("There is no way to reach people: set Smtp__Host, or ESERVICES_SANDBOX=true for a sandbox.");
        var oldest = await messages.FirstAsync(MessageDocuments.ByState.Where(MessageState.Queued), cancellationToken);
        var waited = oldest is null ? TimeSpan.Zero : time.GetUtcNow() - oldest.RaisedAt;
        return waited <= LongestUsual
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"The oldest message has waited {waited.TotalMinutes:F0} min to be sent; last error: {oldest!.Error ?? "none"}");
    }
}
