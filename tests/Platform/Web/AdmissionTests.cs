using System.Net;
using System.Net.Http.Json;
using EServices.Testing;

namespace EServices.Platform.Tests.Web;

/// <summary>A service that can't keep up says so, instead of gathering what it will never get to.</summary>
public class AdmissionTests
{
    [Fact]
    public async Task Requests_BeyondThoseAtWorkAndThoseWaiting_AreToldToComeAgain()
    {
        await using var service = await NoteService.StartAsync(settings: [("Limits:Concurrent", "2"), ("Limits:Waiting", "3"), ("Limits:WaitSeconds", "30")]);
        service.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var answers = Enumerable.Range(0, 20).Select(number => PostAsync(service, $"n{number}")).ToList();
        await Eventually.HoldsAsync(() => answers.Count(answer => answer.IsCompleted) == 15 && service.Handled == 2, () => $"{answers.Count(answer => answer.IsCompleted)} answered, {service.Handled} handled");

        Assert.Equal(2, service.Handled);
        foreach (var refused in answers.Where(answer => answer.IsCompleted))
        {
            await Assert.IsProblemAsync(await refused, HttpStatusCode.ServiceUnavailable, "busy");
            Assert.Equal(TimeSpan.FromSeconds(1), (await refused).Headers.RetryAfter?.Delta);
        }
        // A busy process is alive, and may be asked so.
        Assert.Equal(HttpStatusCode.OK, (await service.Client().GetAsync("/health/live")).StatusCode);

        service.Hold.SetResult();
        var all = await Task.WhenAll(answers);
        Assert.Equal((5, 15), (all.Count(answer => answer.StatusCode == HttpStatusCode.Created), all.Count(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable)));
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(service, "after")).StatusCode);
    }

    [Fact]
    public async Task Request_ThatWaitsTooLong_IsToldToComeAgain_AndOneWhoLeftTakesNoPlace()
    {
        await using var service = await NoteService.StartAsync(settings: [("Limits:Concurrent", "1"), ("Limits:Waiting", "1"), ("Limits:WaitSeconds", "0.2")]);
        service.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = PostAsync(service, "first");
        await Eventually.HoldsAsync(() => service.Handled == 1, () => "the first has not come");

        await Assert.IsProblemAsync(await PostAsync(service, "second"), HttpStatusCode.ServiceUnavailable, "busy");
        await Assert.IsProblemAsync(await PostAsync(service, "third"), HttpStatusCode.ServiceUnavailable, "busy");

        service.Hold.SetResult();
        Assert.Equal(HttpStatusCode.Created, (await first).StatusCode);
    }

    private static Task<HttpResponseMessage> PostAsync(NoteService service, string text) => service.Client().SendAsync(
        new HttpRequestMessage(HttpMethod.Post, "/api/v1/notes") { Content = JsonContent.Create(new { text }), Headers = { { "Idempotency-Key", text } } });
}
