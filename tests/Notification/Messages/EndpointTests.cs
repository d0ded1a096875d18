using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Contracts.Identity;
using EServices.Notification.Messages;
using EServices.Notification.Tests.Hosting;
using EServices.Platform.Web;
using EServices.Testing;

namespace EServices.Notification.Tests.Messages;

public sealed class EndpointTests : IAsyncDisposable
{
    private readonly NotificationHost host = new();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Outbox_ShowsWhatACitizenWouldRead_TheNewestFirst()
    {
        await SubmitAsync(3);
        await CodeAsync("+919906000002");

        var items = await host.OutboxAsync("?to=%2B919906000001&limit=2");

        Assert.Equal(["TR-3", "TR-2"], items.EnumerateArray().Select(item => item.GetProperty("parameters").GetProperty("tracking").GetString()));
        var code = Assert.Single((await host.OutboxAsync("?to=+919906000002")).EnumerateArray());
        Assert.Equal("384756", code.GetProperty("parameters").GetProperty("code").GetString());
        Assert.Contains("384756", code.GetProperty("text").GetString()!, StringComparison.Ordinal);
        Assert.Equal(("otp-sign-in", "en"), (code.GetProperty("template").GetString(), code.GetProperty("language").GetString()));
        Assert.Equal(4, (await host.OutboxAsync()).GetArrayLength());
        await Eventually.HoldsAsync(
            async () => (await host.OutboxAsync()).EnumerateArray().All(item => item.GetProperty("state").GetString() == "sent" && item.GetProperty("channel").GetString() == "sandbox" && item.GetProperty("sentAt").ValueKind == JsonValueKind.String),
            () => "not all are sent");
    }

    [Theory]
    [InlineData("?to=12345", "?to")]
    [InlineData("?limit=0", "?limit")]
    [InlineData("?limit=many", "?limit")]
    [InlineData("?cursor=nonsense", "?cursor")]
    public async Task Outbox_AskedWrongly_SaysWhatIsWrong(string query, string pointer)
    {
        using var answer = await host.Anonymous().GetAsync($"/sandbox/messages{query}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"\"pointer\":\"{pointer}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outbox_OutsideASandbox_IsNotThere()
    {
        await using var serious = new NotificationHost(sandbox: false);

        using var answer = await serious.Anonymous().GetAsync("/sandbox/messages?to=%2B919906000001");

        await Assert.IsProblemAsync(answer, HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task List_PagesThroughOnePersonsMessages()
    {
        await SubmitAsync(5);
        using var helpline = host.As(Roles.Helpline, "stf_1");
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await helpline.GetFromJsonAsync<JsonElement>($"/api/v1/messages?to=9906000001&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("text").GetString()!));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);

        Assert.Equal([5, 4, 3, 2, 1], seen.Select(text => int.Parse(text.Split("TR-")[1][..1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Staff_NeverSeeACode_AndNumbersOnlyWhereTheyNamedThem()
    {
        await CodeAsync("+919906000001");
        var id = (await host.OnlyAsync(MessageState.Sent)).Id;
        using var operations = host.As(Roles.Operations, "stf_1");

        foreach (var path in new[] { "/api/v1/messages", "/api/v1/messages?to=9906000001", "/api/v1/messages?state=sent", $"/api/v1/messages/{id}" })
        {
            var body = await operations.GetStringAsync(path);
            Assert.DoesNotContain("384756", body, StringComparison.Ordinal);
            Assert.Contains("otp-sign-in", body, StringComparison.Ordinal);
            Assert.Equal(path.Contains("to=", StringComparison.Ordinal), body.Contains("9906000001", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(null, "/api/v1/messages?to=9906000001", HttpStatusCode.Unauthorized)]
    [InlineData(Roles.Citizen, "/api/v1/messages?to=9906000001", HttpStatusCode.Forbidden)]
    [InlineData(Roles.Officer, "/api/v1/messages?to=9906000001", HttpStatusCode.Forbidden)]
    [InlineData(Roles.Helpline, "/api/v1/messages", HttpStatusCode.BadRequest)]
    [InlineData(Roles.Helpline, "/api/v1/messages?state=failed", HttpStatusCode.BadRequest)]
    [InlineData(Roles.Helpline, "/api/v1/messages?to=9906000001", HttpStatusCode.OK)]
    [InlineData(Roles.Operations, "/api/v1/messages?state=failed", HttpStatusCode.OK)]
    [InlineData(Roles.Operations, "/api/v1/messages?state=eaten", HttpStatusCode.BadRequest)]
    [InlineData(Roles.Operations, "/api/v1/messages?state=1", HttpStatusCode.BadRequest)]
    [InlineData(Roles.Operations, "/api/v1/messages?state=sent&to=9906000001", HttpStatusCode.BadRequest)]
    [InlineData(Roles.Operations, "/api/v1/messages/msg_none", HttpStatusCode.NotFound)]
    public async Task Staff_MayAskByTheirRole(string? role, string path, HttpStatusCode status)
    {
        using var client = role is null ? host.Anonymous() : host.As(role, "stf_1");

        using var answer = await client.GetAsync(path);

        Assert.Equal(status, answer.StatusCode);
        if (status != HttpStatusCode.OK)
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Retry_OfWhatDidNotFail_IsRefused()
    {
        await SubmitAsync(1);
        var id = (await host.OnlyAsync(MessageState.Sent)).Id;
        using var operations = host.As(Roles.Operations, "stf_1");
        using var helpline = host.As(Roles.Helpline, "stf_2");

        await Assert.IsProblemAsync(await operations.PostAsync($"/api/v1/messages/{id}/actions/retry", null), HttpStatusCode.Conflict, "not-failed");
        await Assert.IsProblemAsync(await operations.PostAsync("/api/v1/messages/msg_none/actions/retry", null), HttpStatusCode.NotFound, "not-found");
        Assert.Equal(HttpStatusCode.Forbidden, (await helpline.PostAsync($"/api/v1/messages/{id}/actions/retry", null)).StatusCode);
    }

    private async Task SubmitAsync(int count)
    {
        for (var number = 1; number <= count; number++)
        {
            await host.DeliverAsync(new ApplicationSubmitted(
                $"app_{number}", $"TR-{number}", "domicile", 1, Localised.English("Domicile"), Channel.Online, NotificationHost.Citizen("en"), null, null, "cit_1", host.Clock.GetUtcNow()));
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private Task CodeAsync(string mobile) => host.DeliverAsync(
        new OneTimeCodeIssued(mobile, "en", "otp-sign-in", "384756", new Dictionary<string, string>(), host.Clock.GetUtcNow().AddMinutes(10)));
}
