using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Contracts.Identity;
using EServices.Notification.Messages;
using EServices.Notification.Sending;
using EServices.Notification.Tests.Hosting;
using EServices.Platform.Web;
using EServices.Testing;

namespace EServices.Notification.Tests.Sending;

public sealed class SmtpTests : IAsyncDisposable
{
    private readonly FakeSmtpServer smtp = FakeSmtpServer.Started();

    public ValueTask DisposeAsync() => smtp.DisposeAsync();

    [Fact]
    public async Task Message_GoesByMail_InItsLanguage_WithItsOwnId()
    {
        await using var host = new NotificationHost(sandbox: false, smtp.Port);

        await SubmitAsync(host, "ur");

        var message = await host.OnlyAsync(MessageState.Sent);
        var mail = Assert.Single(smtp.Received);
        Assert.Equal("email", message.Channel);
        Assert.Equal("919906000001@sms.example", mail.To.Mailboxes.Single().Address);
        Assert.Equal("eservices@state.example", mail.From.Mailboxes.Single().Address);
        Assert.Equal($"{message.Id}@state.example", mail.MessageId);
        Assert.Equal(message.Subject, mail.Subject);
        Assert.Equal(message.Text, mail.TextBody!.TrimEnd());
        Assert.Contains("\u2068TR-1\u2069", mail.TextBody!, StringComparison.Ordinal);
        Assert.Equal("ur", mail.Body!.Headers["Content-Language"]);
    }

    [Fact]
    public async Task Server_ThatIsDown_GetsTheMessageOnceItIsBack()
    {
        await using var host = new NotificationHost(sandbox: false, smtp.Port);
        await smtp.StopAsync();
        await SubmitAsync(host);
        await FailedTimesAsync(host, 1);

        // Not before it is due: another's message goes, this one stays.
        smtp.Start();
        host.Clock.Advance(TimeSpan.FromSeconds(1.5));
        await SubmitAsync(host, mobile: "+919906000002");
        await Eventually.HoldsAsync(() => smtp.Received.Count == 1, () => "nothing was sent");
        Assert.Equal("919906000002@sms.example", smtp.Received[0].To.Mailboxes.Single().Address);

        host.Clock.Advance(TimeSpan.FromSeconds(1));
        IReadOnlyList<Message> all = [];
        await Eventually.HoldsAsync(async () => (all = await host.AllAsync()).All(message => message.State == MessageState.Sent), () => string.Join(", ", all.Select(message => message.State)));
        Assert.Equal([("+919906000001", 2, null), ("+919906000002", 1, (string?)null)], all.OrderBy(message => message.To).Select(message => (message.To, message.Attempts, message.Error)));
        Assert.Equal(2, smtp.Received.Count);
    }

    [Fact]
    public async Task Server_ThatStaysDown_LeavesTheMessageAside_UntilSomebodyAsksForIt()
    {
        await using var host = new NotificationHost(sandbox: false, smtp.Port, ("Sending:Attempts", "3"));
        await smtp.StopAsync();
        await SubmitAsync(host);
        for (var attempt = 1; attempt < 3; attempt++)
        {
            await FailedTimesAsync(host, attempt);
            host.Clock.Advance(SendingRules.WaitAfter(attempt));
        }
        var parked = await host.OnlyAsync(MessageState.Failed);
        Assert.Equal((3, (DateTimeOffset?)null), (parked.Attempts, parked.DueAt));
        Assert.NotNull(parked.Error);
        using var operations = host.As(Roles.Operations, "stf_1");
        var listed = await operations.GetFromJsonAsync<JsonElement>("/api/v1/messages?state=failed");
        Assert.Equal(parked.Id, listed.GetProperty("items")[0].GetProperty("id").GetString());

        smtp.Start();
        using var retried = await operations.PostAsync($"/api/v1/messages/{parked.Id}/actions/retry", null);

        Assert.Equal(HttpStatusCode.OK, retried.StatusCode);
        await host.OnlyAsync(MessageState.Sent);
        Assert.Single(smtp.Received);
    }

    [Fact]
    public async Task Recipient_RefusedForGood_IsNotTriedAgain_AndHoldsUpNobody()
    {
        smtp.Recipient = line => line.Contains("919906000001", StringComparison.Ordinal) ? "550 no such mailbox" : null;
        await using var host = new NotificationHost(sandbox: false, smtp.Port);

        await SubmitAsync(host, mobile: "+919906000001");
        await SubmitAsync(host, mobile: "+919906000002");

        IReadOnlyList<Message> all = [];
        await Eventually.HoldsAsync(async () => (all = await host.AllAsync()).Count == 2 && all.All(message => message.State != MessageState.Queued), () => string.Join(", ", all.Select(message => message.State)));
        Assert.Equal([("+919906000001", MessageState.Failed, 1), ("+919906000002", MessageState.Sent, 1)], all.OrderBy(message => message.To).Select(message => (message.To, message.State, message.Attempts)));
        Assert.Contains("550", all.Single(message => message.State == MessageState.Failed).Error!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recipient_RefusedForNow_IsTriedAgain()
    {
        var asked = 0;
        smtp.Recipient = _ => Interlocked.Increment(ref asked) == 1 ? "451 try later" : null;
        await using var host = new NotificationHost(sandbox: false, smtp.Port);
        await SubmitAsync(host);
        await FailedTimesAsync(host, 1);

        host.Clock.Advance(SendingRules.WaitAfter(1));

        await host.OnlyAsync(MessageState.Sent);
        Assert.Equal((2, 1), (asked, smtp.Connections));
    }

    [Fact]
    public async Task Server_ThatSaysNothing_IsNotWaitedForForEver()
    {
        smtp.Hangs = true;
        await using var host = new NotificationHost(sandbox: false, smtp.Port, ("Smtp:TimeoutSeconds", "0.3"));

        await SubmitAsync(host);

        var message = await FailedTimesAsync(host, 1);
        Assert.Contains("did not take", message.Error!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_IsKept_AndMadeAnewWhenItWasCut()
    {
        await using var host = new NotificationHost(sandbox: false, smtp.Port);
        for (var number = 1; number <= 3; number++)
        {
            await SubmitAsync(host, eventId: $"evt_{number}");
            await Eventually.HoldsAsync(() => smtp.Received.Count == number, () => $"{smtp.Received.Count} mails");
        }
        Assert.Equal(1, smtp.Connections);
        smtp.CutConnections();

        await SubmitAsync(host, eventId: "evt_4");

        await Eventually.HoldsAsync(() => smtp.Received.Count == 4, () => $"{smtp.Received.Count} mails");
        Assert.Equal(2, smtp.Connections);
        Assert.All(await host.AllAsync(), message => Assert.Equal(1, message.Attempts));
    }

    [Fact]
    public async Task Code_IsGoneFromTheStore_OnceItWasSent()
    {
        await using var host = new NotificationHost(sandbox: false, smtp.Port);

        await CodeAsync(host);

        var message = await host.OnlyAsync(MessageState.Sent);
        Assert.Contains("384756", Assert.Single(smtp.Received).TextBody!, StringComparison.Ordinal);
        Assert.DoesNotContain("384756", message.Text, StringComparison.Ordinal);
        Assert.False(message.CarriesCode);
    }

    [Fact]
    public async Task Code_InASandbox_StaysReadable_AlsoWhenItWentByMail()
    {
        await using var host = new NotificationHost(sandbox: true, smtp.Port);

        await CodeAsync(host);

        await host.OnlyAsync(MessageState.Sent);
        Assert.Equal("384756", (await host.OutboxAsync("?to=9906000001"))[0].GetProperty("parameters").GetProperty("code").GetString());
        Assert.Single(smtp.Received);
    }

    [Fact]
    public async Task Code_ThatExpiredBeforeItCouldBeSent_IsNeverSent_AndGone()
    {
        await using var host = new NotificationHost(sandbox: false, smtp.Port, ("Sending:Attempts", "100"));
        await smtp.StopAsync();
        await CodeAsync(host);
        await FailedTimesAsync(host, 1);
        smtp.Start();

        host.Clock.Advance(TimeSpan.FromMinutes(10));

        var message = await host.OnlyAsync(MessageState.Failed);
        Assert.Empty(smtp.Received);
        Assert.DoesNotContain("384756", message.Text, StringComparison.Ordinal);
        using var operations = host.As(Roles.Operations, "stf_1");
        await Assert.IsProblemAsync(await operations.PostAsync($"/api/v1/messages/{message.Id}/actions/retry", null), HttpStatusCode.Conflict, "code-not-repeated");
    }

    [Fact]
    public async Task Service_WithoutAnyWayToPeople_KeepsMessages_AndIsNotReady()
    {
        await using var host = new NotificationHost(sandbox: false);
        await SubmitAsync(host);

        var check = await host.ReadinessAsync("sending");

        Assert.Equal("unhealthy", check.GetProperty("status").GetString());
        Assert.Contains("Smtp__Host", check.GetProperty("detail").GetString()!, StringComparison.Ordinal);
        Assert.Equal(MessageState.Queued, Assert.Single(await host.AllAsync()).State);
    }

    [Fact]
    public async Task Service_WhoseMessagesWaitLong_SaysSo_ButTakesEvents()
    {
        await using var host = new NotificationHost(sandbox: false, smtp.Port);
        await smtp.StopAsync();
        await SubmitAsync(host);
        await FailedTimesAsync(host, 1);
        host.Clock.Advance(TimeSpan.FromMinutes(6));

        var check = await host.ReadinessAsync("sending");

        // Degraded does not take the service out: events still become messages.
        Assert.Equal("degraded", check.GetProperty("status").GetString());
        Assert.Contains("6 min", check.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{mobile}@sms.example", "919906000001@sms.example")]
    [InlineData("{national}@sms.example", "9906000001@sms.example")]
    public void Address_IsMadeOfTheNumber(string template, string address) =>
        Assert.Equal(address, new SmtpSettings { AddressTemplate = template }.AddressOf("+919906000001"));

    private static async Task<Message> FailedTimesAsync(NotificationHost host, int attempts)
    {
        IReadOnlyList<Message> all = [];
        await Eventually.HoldsAsync(
            async () => (all = await host.AllAsync()) is [{ Error: not null } only] && only.Attempts == attempts,
            () => string.Join("; ", all.Select(message => $"{message.State} after {message.Attempts}: {message.Error}")));
        return all[0];
    }

    private static Task SubmitAsync(NotificationHost host, string language = "en", string mobile = "+919906000001", string? eventId = null) => host.DeliverAsync(
        new ApplicationSubmitted("app_1", "TR-1", "domicile", 1, Localised.English("Domicile"), Channel.Online, NotificationHost.Citizen(language, mobile), null, null, "cit_1", host.Clock.GetUtcNow()),
        eventId);

    private static Task CodeAsync(NotificationHost host) => host.DeliverAsync(
        new OneTimeCodeIssued("+919906000001", "en", "otp-sign-in", "384756", new Dictionary<string, string>(), host.Clock.GetUtcNow().AddMinutes(10)));
}
