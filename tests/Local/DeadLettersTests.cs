using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EServices.Local.DeadLetters;

namespace EServices.Local.Tests;

/// <summary>The command line of operations: what it understands, and what it makes of a gateway's answers.</summary>
public sealed class DeadLettersTests
{
    private const string Base = "/api/v1/operations";
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private const string Letter = """
        {"id":"dlt_payment_1","service":"payment","source":"queue","place":"payment.when-visit-confirmed","event":"VisitConfirmed","eventId":"evt_1","state":"parked","attempts":11,
         "exception":{"type":"System.InvalidOperationException","message":"no such\nquote"},"traceId":"0af7651916cd43dd8448eb211c80319c","firstFailedAt":"2026-03-02T10:00:00+00:00"}
        """;

    [Fact]
    public void Parse_AFilter_IsTaken()
    {
        var options = Parse("retry", "--service", "payment", "--event=BillSettled", "--source", "queue", "--exception", "TimeoutException", "--since", "2h", "--limit", "7", "--dry-run", "--json", "--reason=why not", "--gateway", "http://g:1");

        Assert.Equal((DeadLettersVerb.Retry, null, 7, "why not", true, true, new Uri("http://g:1")), (options.Verb, options.Id, options.Limit, options.Reason, options.DryRun, options.Json, options.Gateway));
        Assert.Equal(("payment", "BillSettled", "queue", "TimeoutException", "2026-03-02T10:00:00.0000000Z"),
            (options.Filter["service"], options.Filter["event"], options.Filter["source"], options.Filter["exception"], options.Filter["since"]));
    }

    [Theory]
    [InlineData("30m", "2026-03-02T11:30:00.0000000Z")]
    [InlineData("7d", "2026-02-23T12:00:00.0000000Z")]
    [InlineData("2026-03-02T10:00Z", "2026-03-02T10:00:00.0000000Z")]
    [InlineData("2026-03-02T15:30+05:30", "2026-03-02T10:00:00.0000000Z")]
    public void Parse_Since_IsAnInstantOrAgo(string text, string expected) => Assert.Equal(expected, Parse("list", "--since", text).Filter["since"]);

    [Fact]
    public void Parse_Gateway_IsOfTheOptionElseTheEnvironmentElseLocal()
    {
        Assert.Equal("http://localhost:8080/", Parse("list").Gateway.ToString());
        Assert.Equal("http://there:9/", DeadLettersOptions.Parse(["list"], Now, _ => "http://there:9").Gateway.ToString());
        Assert.Equal("http://here:9/", DeadLettersOptions.Parse(["list", "--gateway", "http://here:9"], Now, _ => "http://there:9").Gateway.ToString());
    }

    [Theory]
    [InlineData("needs a command")]
    [InlineData("'look' is no command", "look")]
    [InlineData("'--colour' is not understood", "list", "--colour")]
    [InlineData("show needs the ID", "show")]
    [InlineData("discard needs the ID", "discard", "--reason", "x")]
    [InlineData("discard needs --reason", "discard", "dlt_payment_1")]
    [InlineData("list takes no ID", "list", "dlt_payment_1")]
    [InlineData("One letter at a time", "retry", "dlt_payment_1", "dlt_payment_2")]
    [InlineData("An ID says all", "retry", "dlt_payment_1", "--service", "payment")]
    [InlineData("An ID says all", "retry", "dlt_payment_1", "--dry-run")]
    [InlineData("retry needs the ID of a letter, a filter, or --all", "retry")]
    [InlineData("--dry-run belongs to retry", "list", "--dry-run")]
    [InlineData("--all belongs to retry", "list", "--all")]
    [InlineData("--state belongs to list", "retry", "--state", "parked")]
    [InlineData("log takes --service", "log", "--event", "X")]
    [InlineData("'never' is no time", "list", "--since", "never")]
    [InlineData("'0' is no limit", "list", "--limit", "0")]
    [InlineData("'elsewhere' is no source", "list", "--source", "elsewhere")]
    [InlineData("'lost' is no state", "list", "--state", "lost")]
    [InlineData("'there' is no address", "list", "--gateway", "there")]
    [InlineData("--event needs a value", "list", "--event", "--json")]
    public void Parse_WhatIsNotUnderstood_IsNamed(string expected, params string[] arguments) =>
        Assert.Contains(expected, Assert.Throws<UsageException>(() => Parse(arguments)).Message);

    [Fact]
    public async Task Help_NamesEveryCommandAndOption()
    {
        var (code, output, errors) = await RunAsync(null, "--help");
        Assert.Equal((0, ""), (code, errors));
        Assert.All(
            ["list", "show ID", "retry ID", "discard ID", "log", "--service", "--event", "--source", "--exception", "--since", "--state", "--all", "--limit", "--dry-run", "--reason", "--gateway", "--email", "--json"],
            word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Usage_ThatIsWrong_EndsWithTwo()
    {
        var (code, output, errors) = await RunAsync(null, "look");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("'look' is no command", errors, StringComparison.Ordinal);
        Assert.Contains("--dry-run", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_TellsWhatIsParked_WithItsExceptionAndTrace()
    {
        using var gateway = new FakeGateway(_ => (200, $$"""{"items":[{{Letter}}],"next":"more","unanswered":[]}"""));

        var (code, output, errors) = await RunAsync(gateway, "list", "--service", "payment", "--limit", "5");

        Assert.Equal((0, ""), (code, errors));
        Assert.Equal($"GET {Base}/dead-letters?service=payment&limit=5 Bearer a-token", gateway.Asked.Single().Line);
        Assert.All(
            ["dlt_payment_1", "payment", "VisitConfirmed", "parked after 11 attempts", "System.InvalidOperationException: no such quote", "trace 0af7651916cd43dd8448eb211c80319c", "tracking -", "There are more"],
            text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_WithAServiceThatIsSilent_SaysSoAndEndsWithThree()
    {
        using var gateway = new FakeGateway(_ => (200, """{"items":[],"next":null,"unanswered":[{"service":"dispatch","why":"no answer within 3 s"}]}"""));

        var (code, output, errors) = await RunAsync(gateway, "list");

        Assert.Equal((3, "There are none.", "dispatch did not answer: no answer within 3 s"), (code, output.Trim(), errors.Trim()));
    }

    [Fact]
    public async Task List_AsJson_IsTheAnswerAndNothingElse()
    {
        using var gateway = new FakeGateway(_ => (200, $$"""{"items":[{{Letter}}],"next":null,"unanswered":[]}"""));
        var (_, output, _) = await RunAsync(gateway, "list", "--json");
        Assert.Equal("dlt_payment_1", (string?)JsonNode.Parse(output)!["items"]![0]!["id"]);
    }

    [Fact]
    public async Task Show_TellsStackAndContent()
    {
        using var gateway = new FakeGateway(_ => (200, $$$"""{"letter":{{{Letter}}},"eventType":"EServices.Contracts.Dispatch.VisitConfirmed","stack":"   at Where.It.Broke()","content":{"paise":2000}}"""));

        var (code, output, _) = await RunAsync(gateway, "show", "dlt_payment_1");

        Assert.Equal((0, $"GET {Base}/dead-letters/dlt_payment_1 Bearer a-token"), (code, gateway.Asked.Single().Line));
        Assert.All(["at Where.It.Broke()", "\"paise\": 2000", "EServices.Contracts.Dispatch.VisitConfirmed"], text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Retry_ByFilter_LooksFirst_AndThenDoesIt()
    {
        using var gateway = new FakeGateway(asked => (200, Retried((bool)JsonNode.Parse(asked.Body)!["dryRun"]!, 2)));

        var (code, output, errors) = await RunAsync(gateway, "retry", "--service", "payment", "--event", "VisitConfirmed", "--reason", "mended");

        Assert.Equal(0, code);
        Assert.Equal([true, false], gateway.Asked.Select(asked => (bool)JsonNode.Parse(asked.Body)!["dryRun"]!));
        Assert.Equal(2, gateway.Asked.Select(asked => asked.Key).OfType<string>().Distinct().Count());
        var body = JsonNode.Parse(gateway.Asked[^1].Body)!;
        Assert.Equal(("payment", "VisitConfirmed", "mended"), ((string?)body["filter"]!["service"], (string?)body["filter"]!["event"], (string?)body["reason"]));
        Assert.Contains("2 match", errors, StringComparison.Ordinal);
        Assert.Contains("2 of 2 are tried again.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "2 would be tried again.", "--dry-run")]
    [InlineData(0, "0 would be tried again.")]
    public async Task Retry_OfADryRun_OrOfNothing_OnlyLooks(int matched, string expected, params string[] options)
    {
        using var gateway = new FakeGateway(_ => (200, Retried(true, matched)));
        var (_, output, _) = await RunAsync(gateway, ["retry", "--service", "payment", .. options]);
        Assert.True((bool)JsonNode.Parse(Assert.Single(gateway.Asked).Body)!["dryRun"]!);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetryAndDiscard_OfOne_SayHowItIsNow()
    {
        using var gateway = new FakeGateway(asked => (asked.Line.Contains("/retry ", StringComparison.Ordinal) ? 202 : 200, Letter));

        var retried = await RunAsync(gateway, "retry", "dlt_payment_1");
        var discarded = await RunAsync(gateway, "discard", "dlt_payment_1", "--reason", "a test's own");

        Assert.Equal((0, "dlt_payment_1 is parked after 11 attempts."), (retried.Code, retried.Output.Trim()));
        Assert.Equal(0, discarded.Code);
        Assert.Equal([$"POST {Base}/dead-letters/dlt_payment_1/retry Bearer a-token", $"POST {Base}/dead-letters/dlt_payment_1/discard Bearer a-token"], gateway.Asked.Select(asked => asked.Line));
        Assert.Equal("a test's own", (string?)JsonNode.Parse(gateway.Asked[1].Body)!["reason"]);
    }

    [Fact]
    public async Task Log_TellsWhoDidWhat()
    {
        using var gateway = new FakeGateway(_ => (200, """{"items":[{"id":"act_1","service":"payment","kind":"discard","by":"stf_1","byName":"Ops","at":"2026-03-02T10:00:00+00:00","reason":"not ours","dryRun":false,"letters":["dlt_payment_1"],"done":1}],"next":null,"unanswered":[]}"""));
        var (_, output, _) = await RunAsync(gateway, "log");
        Assert.All(["payment", "discard", "by Ops", "1 of 1", "not ours"], text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refusal_IsToldInItsOwnWords_AndEndsWithOne()
    {
        using var gateway = new FakeGateway(_ => (400, """{"type":"urn:eservices:problem:invalid-request","status":400,"detail":"The request can't be taken.","errors":[{"pointer":"/reason","code":"too-short","detail":"At least 3 characters."}]}"""));
        var (code, _, errors) = await RunAsync(gateway, "discard", "dlt_payment_1", "--reason", "no");
        Assert.Equal(1, code);
        Assert.Equal($"The request can't be taken. (400){Environment.NewLine}  /reason: At least 3 characters.".ReplaceLineEndings(), errors.Trim().ReplaceLineEndings());
    }

    [Fact]
    public async Task Gateway_ThatIsNotThere_IsNamed()
    {
        var (code, _, errors) = await RunAsync(null, "list", "--gateway", "http://127.0.0.1:1");
        Assert.Equal(1, code);
        Assert.Contains("http://127.0.0.1:1/", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_OfNoSandbox_AsksForAnAccount()
    {
        using var gateway = new FakeGateway(asked => asked.Line.Contains("/health/live", StringComparison.Ordinal) ? (200, "{}") : (404, """{"detail":"There is nothing at this address."}"""));
        var (code, _, errors) = await RunAsAsync(null, gateway, "list");
        Assert.Equal(1, code);
        Assert.Contains("--email ADDRESS", errors, StringComparison.Ordinal);
    }

    private static DeadLettersOptions Parse(params string[] arguments) => DeadLettersOptions.Parse(arguments, Now, _ => null);

    private static string Retried(bool dryRun, int matched) =>
        $$"""{"dryRun":{{(dryRun ? "true" : "false")}},"matched":{{matched}},"retried":{{(dryRun ? 0 : matched)}},"more":false,"services":[{"service":"payment","letters":[{{Letter}}]}],"unanswered":[]}""";

    private static Task<(int Code, string Output, string Errors)> RunAsync(FakeGateway? gateway, params string[] arguments) => RunAsAsync("a-token", gateway, arguments);

    private static async Task<(int Code, string Output, string Errors)> RunAsAsync(string? token, FakeGateway? gateway, params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await DeadLettersCommand.RunAsync(
            gateway is null ? arguments : [.. arguments, "--gateway", gateway.Address.ToString()], output, errors, name => name == "ESERVICES_TOKEN" ? token : null, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }

    /// <summary>Answers what the test says, and keeps what it was asked.</summary>
    private sealed class FakeGateway : IDisposable
    {
        private readonly HttpListener listener = new();
        private readonly Task serving;

        public FakeGateway(Func<Question, (int Status, string Body)> answer)
        {
            // A free port of the system's choice can't be had from this listener: one is tried after the other.
            for (var port = 20_000 + Random.Shared.Next(20_000); ; port++)
            {
                try
                {
                    listener.Prefixes.Clear();
                    Address = new Uri($"http://127.0.0.1:{port}/");
                    listener.Prefixes.Add(Address.ToString());
                    listener.Start();
                    break;
                }
                catch (HttpListenerException)
                {
                }
            }
            serving = ServeAsync(answer);
        }

        public Uri Address { get; }

        public List<Question> Asked { get; } = [];

        public void Dispose()
        {
            listener.Close();
            serving.Wait(TimeSpan.FromSeconds(5));
        }

        private async Task ServeAsync(Func<Question, (int Status, string Body)> answer)
        {
            while (listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await listener.GetContextAsync();
                }
                catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
                using var reader = new StreamReader(context.Request.InputStream);
                var question = new Question($"{context.Request.HttpMethod} {context.Request.RawUrl} {context.Request.Headers["Authorization"]}".TrimEnd(), await reader.ReadToEndAsync(), context.Request.Headers["Idempotency-Key"]);
                Asked.Add(question);
                var (status, body) = answer(question);
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
                context.Response.Close();
            }
        }
    }

    private sealed record Question(string Line, string Body, string? Key);
}
