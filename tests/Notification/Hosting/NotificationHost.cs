using System.Net.Http.Json;
using System.Text.Json;
using EServices.Contracts;
using EServices.Notification.Messages;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EServices.Notification.Tests.Hosting;

/// <summary>The whole service, as a sandbox or sending by SMTP.</summary>
internal sealed class NotificationHost : ServiceHost<Program>
{
    public NotificationHost(bool sandbox = true, int? smtpPort = null, params (string Key, string Value)[] settings)
        : base("notification")
    {
        Settings["ESERVICES_SANDBOX"] = sandbox ? "true" : "false";
        if (smtpPort is { } port)
        {
            Settings["Smtp:Host"] = "127.0.0.1";
            Settings["Smtp:Port"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Settings["Smtp:Security"] = "None";
            Settings["Smtp:From"] = "eservices@state.example";
            Settings["Smtp:TimeoutSeconds"] = "5";
        }
        foreach (var (key, value) in settings)
            Settings[key] = value;
    }

    public DocumentStore<Message> Messages => Services.GetRequiredService<DocumentStore<Message>>();

    public static Person Citizen(string language, string mobile = "+919906000001") => new(mobile, "Haleema Begum", language);

    /// <summary>What was made so far, the newest first.</summary>
    public async Task<IReadOnlyList<Message>> AllAsync() => (await Messages.ListAsync(MessageDocuments.ByTime.All.Descending(), null, 100, CancellationToken.None)).Items;

    /// <summary>Waits until the only message there is has come into this state.</summary>
    public async Task<Message> OnlyAsync(MessageState state)
    {
        IReadOnlyList<Message> all = [];
        await Eventually.HoldsAsync(
            async () => (all = await AllAsync()) is [var only] && only.State == state,
            () => $"not one message {state}, but: {string.Join("; ", all.Select(message => $"{message.Template} {message.State} after {message.Attempts}, {message.Error}"))}");
        return all[0];
    }

    /// <summary>Brings an event that was raised at another time than now.</summary>
    public async Task DeliverLateAsync<TEvent>(TEvent fact, Delivery delivery)
        where TEvent : class
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IReaction<TEvent>>().On(fact, delivery, CancellationToken.None);
    }

    /// <summary>What <c>/health/ready</c> says of one thing; the broker is always away here.</summary>
    public async Task<JsonElement> ReadinessAsync(string check)
    {
        using var answer = await Anonymous().GetAsync("/health/ready");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("checks").GetProperty(check);
    }

    public async Task<JsonElement> OutboxAsync(string query = "") =>
        (await Anonymous().GetFromJsonAsync<JsonElement>($"/sandbox/messages{query}")).GetProperty("items");

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureLogging(logging => logging.ClearProviders());
    }
}

/// <summary>One sandbox for tests that keep to numbers of their own.</summary>
public sealed class SharedSandbox : IAsyncDisposable
{
    private int numbers;

    internal NotificationHost Host { get; } = new();

    /// <summary>A number that no other test has.</summary>
    public string NextMobile() => $"+919{Interlocked.Increment(ref numbers):000000000}";

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
