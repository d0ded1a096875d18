using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EServices.Testing;

namespace EServices.Platform.Tests.Web;

public class IdempotencyTests
{
    [Fact]
    public async Task Request_WithoutKey_IsRefused()
    {
        await using var service = await NoteService.StartAsync();
        var answer = await service.Client().PostAsJsonAsync("/api/v1/notes", new { text = "a" });
        await Assert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "idempotency-key-missing");
        Assert.Equal(0, service.Handled);
    }

    [Fact]
    public async Task Request_WithKeyOf256Characters_IsRefused()
    {
        await using var service = await NoteService.StartAsync();
        await Assert.IsProblemAsync(await PostAsync(service.Client(), new string('k', 256), "a"), HttpStatusCode.BadRequest, "idempotency-key-too-long");
    }

    [Fact]
    public async Task Request_Repeated_GetsTheFirstAnswerAndNoSecondEffect()
    {
        await using var service = await NoteService.StartAsync();
        var first = await PostAsync(service.Client(), "key", "a");
        var second = await PostAsync(service.Client(), "key", "a");

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal("\"1\"", first.Headers.ETag?.Tag);
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal("true", second.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.True(DateTimeOffset.Parse(second.Headers.GetValues("Idempotency-Expires").Single(), System.Globalization.CultureInfo.InvariantCulture) > DateTimeOffset.UtcNow.AddHours(24));
        Assert.Equal(1, service.Handled);
    }

    [Fact]
    public async Task Key_WithAnotherBody_IsRefused()
    {
        await using var service = await NoteService.StartAsync();
        await PostAsync(service.Client(), "key", "a");
        await Assert.IsProblemAsync(await PostAsync(service.Client(), "key", "b"), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        Assert.Equal(1, service.Handled);
    }

    [Fact]
    public async Task Key_OfAnotherCaller_IsAnotherKey()
    {
        await using var service = await NoteService.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(service.Client("one"), "key", "a")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(service.Client("two"), "key", "b")).StatusCode);
        Assert.Equal(2, service.Handled);
    }

    [Fact]
    public async Task Key_WhileTheFirstRequestRuns_IsRefused()
    {
        await using var service = await NoteService.StartAsync();
        service.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = PostAsync(service.Client(), "key", "a");
        await Eventually.HoldsAsync(() => service.Handled == 1, () => "the first request has not arrived");

        await Assert.IsProblemAsync(await PostAsync(service.Client(), "key", "a"), HttpStatusCode.Conflict, "idempotency-key-running");
        service.Hold.SetResult();
        Assert.Equal(HttpStatusCode.Created, (await first).StatusCode);
        Assert.Equal("true", (await PostAsync(service.Client(), "key", "a")).Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(1, service.Handled);
    }

    [Fact]
    public async Task Effect_Refused_KeepsNoAnswer()
    {
        await using var service = await NoteService.StartAsync();
        await PostAsync(service.Client(), "one", "a");
        await Assert.IsProblemAsync(await PostAsync(service.Client(), "two", "a"), HttpStatusCode.Conflict, "already-exists");
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(service.Client(), "two", "b")).StatusCode);
    }

    [Fact]
    public async Task Failure_OfOurs_IsToldAgain()
    {
        await using var service = await NoteService.StartAsync();
        await Assert.IsProblemAsync(await PostAsync(service.Client(), "key", "fail"), HttpStatusCode.InternalServerError, "internal-error");
        var repeat = await PostAsync(service.Client(), "key", "fail");
        await Assert.IsProblemAsync(repeat, HttpStatusCode.InternalServerError, "internal-error");
        Assert.Equal("true", repeat.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(1, service.Handled);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string key, string text)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/notes") { Content = JsonContent.Create(new JsonObject { ["text"] = text }) };
        request.Headers.Add("Idempotency-Key", key);
        return client.SendAsync(request);
    }
}
