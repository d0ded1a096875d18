using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EServices.Local.DeadLetters;

/// <summary><c>dead-letters …</c>: operations on parked events from a terminal, through the gateway as any front end would.</summary>
internal static class DeadLettersCommand
{
    public const string Name = "dead-letters";
    private const int Incomplete = 3;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        DeadLettersOptions options;
        try
        {
            options = DeadLettersOptions.Parse(arguments, TimeProvider.System.GetUtcNow(), environment);
        }
        catch (UsageException wrong)
        {
            await errors.WriteLineAsync($"{wrong.Message}\n\n{DeadLettersOptions.Usage}");
            return 2;
        }
        if (options.Help)
        {
            await output.WriteLineAsync(DeadLettersOptions.Usage);
            return 0;
        }
        using var gateway = new HttpClient { BaseAddress = options.Gateway, Timeout = Deadline };
        var client = new OperationsClient(gateway);
        try
        {
            await client.SignInAsync(environment("ESERVICES_TOKEN"), options.Email, () => environment("ESERVICES_PASSWORD") ?? Ask(errors), cancellationToken);
            return await CarryOutAsync(client, options, output, errors, cancellationToken);
        }
        catch (OperationsException refused)
        {
            await errors.WriteLineAsync(refused.Message);
            return 1;
        }
    }

    private static async Task<int> CarryOutAsync(OperationsClient client, DeadLettersOptions options, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var answer = options.Verb switch
        {
            DeadLettersVerb.List => await client.ListAsync(QueryOf(options), cancellationToken),
            DeadLettersVerb.Log => await client.LogAsync(QueryOf(options), cancellationToken),
            DeadLettersVerb.Show => await client.ShowAsync(options.Id!, cancellationToken),
            DeadLettersVerb.Discard => await client.DiscardAsync(options.Id!, options.Reason!, cancellationToken),
            _ when options.Id is { } id => await client.RetryAsync(id, options.Reason, cancellationToken),
            _ => await RetryManyAsync(client, options, errors, cancellationToken),
        };
        if (options.Json)
            await output.WriteLineAsync(answer.ToJsonString(Indented));
        else
            Print(options, answer, output);
        if (answer["unanswered"] is not JsonArray { Count: > 0 } silent)
            return 0;
        foreach (var service in silent)
            await errors.WriteLineAsync($"{(string?)service!["service"]} did not answer: {(string?)service["why"]}");
        return Incomplete;
    }

    /// <summary>Looks first, and does it only where there is something to do.</summary>
    private static async Task<JsonObject> RetryManyAsync(OperationsClient client, DeadLettersOptions options, TextWriter errors, CancellationToken cancellationToken)
    {
        var filter = new JsonObject(options.Filter.Select(part => KeyValuePair.Create(part.Key, (JsonNode?)part.Value)));
        var looked = await client.RetryManyAsync(filter, options.Limit, true, options.Reason, cancellationToken);
        if (options.DryRun || (int)looked["matched"]! == 0)
            return looked;
        await errors.WriteLineAsync($"{(int)looked["matched"]!} match; trying them again");
        return await client.RetryManyAsync(filter, options.Limit, false, options.Reason, cancellationToken);
    }

    private static string QueryOf(DeadLettersOptions options)
    {
        var parts = options.Filter.Select(part => $"{part.Key}={Uri.EscapeDataString(part.Value)}");
        if (options.Limit is { } limit)
            parts = parts.Append(string.Create(CultureInfo.InvariantCulture, $"limit={limit}"));
        return parts.Any() ? "?" + string.Join('&', parts) : "";
    }

    private static void Print(DeadLettersOptions options, JsonObject answer, TextWriter output)
    {
        switch (options.Verb)
        {
            case DeadLettersVerb.List:
                PrintLetters(answer["items"]!.AsArray(), output);
                if (answer["next"] is not null)
                    output.WriteLine("There are more: narrow the filter, or raise --limit.");
                break;
            case DeadLettersVerb.Log:
                foreach (var act in answer["items"]!.AsArray())
                    output.WriteLine($"{Text(act, "at")}  {Text(act, "service")}  {Text(act, "kind")}{((bool?)act!["dryRun"] == true ? " (dry run)" : "")}  by {Text(act, "byName")}  {Text(act, "done")} of {act["letters"]!.AsArray().Count}  {Text(act, "refused")}{Text(act, "reason")}".TrimEnd());
                break;
            case DeadLettersVerb.Show:
                PrintDetail(answer, output);
                break;
            case DeadLettersVerb.Retry when options.Id is null:
                PrintRetried(answer, output);
                break;
            default:
                output.WriteLine($"{Text(answer, "id")} is {Text(answer, "state")} after {Text(answer, "attempts")} attempts.");
                break;
        }
    }

    private static void PrintLetters(JsonArray letters, TextWriter output)
    {
        if (letters.Count == 0)
            output.WriteLine("There are none.");
        foreach (var letter in letters)
        {
            output.WriteLine($"{Text(letter, "id")}");
            output.WriteLine($"  {Text(letter, "service")}  {Text(letter, "event")}  {Text(letter, "state")} after {Text(letter, "attempts")} attempts, at {Text(letter, "place")}, since {Text(letter, "firstFailedAt")}");
            output.WriteLine($"  {Text(letter!["exception"], "type")}: {Text(letter["exception"], "message").ReplaceLineEndings(" ")}");
            output.WriteLine($"  trace {Or(Text(letter, "traceId"))}  tracking {Or(Text(letter, "trackingNumber"))}");
        }
    }

    private static void PrintDetail(JsonObject answer, TextWriter output)
    {
        PrintLetters([answer["letter"]!.DeepClone()], output);
        output.WriteLine($"  event {Text(answer["letter"], "eventId")} ({Text(answer, "eventType")})");
        if (Text(answer, "stack") is { Length: > 0 } stack)
            output.WriteLine(stack);
        output.WriteLine(answer["content"]?.ToJsonString(Indented) ?? "");
    }

    private static void PrintRetried(JsonObject answer, TextWriter output)
    {
        foreach (var service in answer["services"]!.AsArray())
            PrintLetters(service!["letters"]!.AsArray(), output);
        output.WriteLine((bool)answer["dryRun"]!
            ? $"{Text(answer, "matched")} would be tried again."
            : $"{Text(answer, "retried")} of {Text(answer, "matched")} are tried again.");
        if ((bool)answer["more"]!)
            output.WriteLine("Others match beyond the limit: repeat the command for them.");
    }

    private static string Text(JsonNode? node, string name) => node?[name]?.ToString() ?? "";

    private static string Or(string text) => text.Length == 0 ? "-" : text;

    private static string? Ask(TextWriter errors)
    {
        if (Console.IsInputRedirected)
            return Console.In.ReadLine();
        errors.Write("Password: ");
        var typed = "";
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
            typed = key.Key == ConsoleKey.Backspace ? typed[..Math.Max(0, typed.Length - 1)] : typed + key.KeyChar;
        errors.WriteLine();
        return typed;
    }
}
