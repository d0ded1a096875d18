using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using EServices.Platform.Web;
using EServices.Testing;

namespace EServices.Platform.Tests.Web;

public class ProblemTests
{
    [Theory]
    [InlineData("{", "")]
    [InlineData("{\"text\": 7}", "/text")]
    [InlineData("{\"text\": \"a\", \"stars\": \"many\"}", "/stars")]
    public async Task Body_Unreadable_NamesTheField(string body, string pointer)
    {
        await using var service = await NoteService.StartAsync();
        var answer = await SendAsync(service.Client(), body, "application/json");
        var problem = await Assert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "malformed-json");
        Assert.Equal(pointer, (string?)problem["errors"]![0]!["pointer"]);
    }

    [Fact]
    public async Task ContentType_Other_Is415()
    {
        await using var service = await NoteService.StartAsync();
        await Assert.IsProblemAsync(await SendAsync(service.Client(), "text=a", "text/plain"), HttpStatusCode.UnsupportedMediaType, "media-type-unsupported");
    }

    [Theory]
    [InlineData("forged")]
    [InlineData("expired")]
    [InlineData("none")]
    public async Task Token_NotGood_Is401(string kind)
    {
        await using var service = await NoteService.StartAsync();
        var client = service.Client(null);
        var good = TestTokens.For([Roles.Helpline], "someone", kind == "expired" ? DateTimeOffset.UtcNow.AddHours(-3) : DateTimeOffset.UtcNow);
        var token = kind == "forged" ? good[..^4] + "AAAA" : good;
        if (kind != "none")
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await Assert.IsProblemAsync(await SendAsync(client, "{\"text\":\"a\"}", "application/json"), HttpStatusCode.Unauthorized, "token-required");
    }

    [Fact]
    public async Task Role_Other_Is403()
    {
        await using var service = await NoteService.StartAsync();
        var client = service.Client(null);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.For([Roles.Citizen], "cit_1", DateTimeOffset.UtcNow, "+919906000001"));
        await Assert.IsProblemAsync(await SendAsync(client, "{\"text\":\"a\"}", "application/json"), HttpStatusCode.Forbidden, "role-required");
    }

    [Fact]
    public async Task Exception_IsToldWithoutItsWords()
    {
        await using var service = await NoteService.StartAsync();
        var answer = await service.Client().GetAsync("/api/v1/boom", TestContext.Current.CancellationToken);
        var problem = await Assert.IsProblemAsync(answer, HttpStatusCode.InternalServerError, "internal-error");
        Assert.DoesNotContain("secret", problem.ToJsonString());
        Assert.Equal(32, ((string)problem["traceId"]!).Length);
    }

    [Theory]
    [InlineData("/api/v1/notes/not_unknown", "not-found", 404)]
    [InlineData("/nowhere", "not-found", 404)]
    [InlineData("/api/v1/notes?limit=0", "invalid-request", 400)]
    [InlineData("/api/v1/notes?limit=101", "invalid-request", 400)]
    [InlineData("/api/v1/notes?limit=x", "invalid-request", 400)]
    [InlineData("/api/v1/notes?cursor=@@@", "invalid-cursor", 400)]
    [InlineData("/api/v1/notes?cursor=AAAA", "invalid-cursor", 400)]
    public async Task Request_ThatCantBeAnswered_SaysWhy(string path, string code, int status)
    {
        await using var service = await NoteService.StartAsync();
        await Assert.IsProblemAsync(await service.Client().GetAsync(path, TestContext.Current.CancellationToken), (HttpStatusCode)status, code);
    }

    [Fact]
    public async Task Method_Other_Is405() =>
        await ExpectProblem(service => service.Client().DeleteAsync("/api/v1/notes", TestContext.Current.CancellationToken), HttpStatusCode.MethodNotAllowed, "method-not-allowed");

    [Fact]
    public async Task List_PagedThrough_GivesEachOnce()
    {
        await using var service = await NoteService.StartAsync();
        for (var number = 0; number < 25; number++)
            await SendAsync(service.Client(), $"{{\"text\":\"{number:00}\"}}", "application/json");

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await service.Client().GetFromJsonAsync<JsonObject>($"/api/v1/notes?limit=7{(cursor is null ? "" : $"&cursor={cursor}")}", TestContext.Current.CancellationToken))!;
            seen.AddRange(page["items"]!.AsArray().Select(item => (string)item!["text"]!));
            cursor = (string?)page["next"];
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Range(0, 25).Select(number => $"{number:00}"), seen);
    }

    [Fact]
    public async Task Change_OfAVersionThatIsGone_Is412()
    {
        await using var service = await NoteService.StartAsync();
        await SendAsync(service.Client(), "{\"text\":\"a\"}", "application/json");
        var read = await service.Client().GetAsync("/api/v1/notes/not_a", TestContext.Current.CancellationToken);
        var first = await PutAsync(service.Client(), "b", read.Headers.ETag!);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("\"2\"", first.Headers.ETag!.Tag);
        await Assert.IsProblemAsync(await PutAsync(service.Client(), "c", read.Headers.ETag!), HttpStatusCode.PreconditionFailed, "version-changed");
    }

    [Theory]
    [InlineData("$.citizen.mobile", "/citizen/mobile")]
    [InlineData("$.lines[2].paise", "/lines/2/paise")]
    [InlineData("$['a b'].c", "/a b/c")]
    [InlineData("$", "")]
    [InlineData(null, "")]
    public void PointerOf_JsonPath_IsAJsonPointer(string? path, string pointer) => Assert.Equal(pointer, ExceptionProblems.PointerOf(path));

    private static async Task ExpectProblem(Func<NoteService, Task<HttpResponseMessage>> ask, HttpStatusCode status, string code)
    {
        await using var service = await NoteService.StartAsync();
        await Assert.IsProblemAsync(await ask(service), status, code);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string body, string type)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/notes") { Content = new StringContent(body, Encoding.UTF8, type) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return client.SendAsync(request);
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, string text, EntityTagHeaderValue version)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/notes/not_a") { Content = JsonContent.Create(new { text }) };
        request.Headers.IfMatch.Add(version);
        return client.SendAsync(request);
    }
}
