using EServices.Notification.Sending;
using EServices.Platform;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Notification.Messages;

/// <summary>What the helpline and operations may see of messages: whether and when someone was told something, never a code.</summary>
internal static class MessageEndpoints
{
    public static void MapMessages(this RouteGroupBuilder api)
    {
        var messages = api.MapGroup("/messages").Allow(Roles.Helpline, Roles.Operations, Roles.Administrator).WithTags("Messages");
        messages.MapGet("/", ListAsync).WithName("ListMessages").WithSummary("Messages, the newest first; codes are masked")
            .WithDescription("The helpline has to say whose (`to`). Without `to` numbers are masked. `state` is queued, sent, failed or superseded, and is not combined with `to`.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        messages.MapGet("/{id}", GetAsync).WithName("GetMessage").WithSummary("One message; its code is masked").ProducesProblem(StatusCodes.Status404NotFound);
        messages.MapPost("/{id}/actions/retry", RetryAsync).Allow(Roles.Operations, Roles.Administrator)
            .WithName("RetryMessage").WithSummary("Send a message again that failed")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <summary>In a sandbox only: what citizens would have on their phones, codes and all.</summary>
    public static void MapSandboxOutbox(this WebApplication app)
    {
        if (app.Services.GetRequiredService<SendingRules>().Sandbox)
        {
            app.MapGet("/sandbox/messages", ReadOutboxAsync).AllowAnonymous()
                .WithName("ReadSandboxMessages").WithTags("Sandbox").WithSummary("What was sent, the newest first; all or to one number").ProducesProblem(StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<Results<Ok<Page<MessageView>>, ProblemHttpResult>> ListAsync(
        string? to, string? state, Paging paging, Caller caller, DocumentStore<Message> store, CancellationToken cancellationToken)
    {
        var checks = new Checks();
        var wanted = MessageState.Queued;
        if (!string.IsNullOrEmpty(state))
        {
            checks.That(Enum.TryParse(state, ignoreCase: true, out wanted) && Enum.IsDefined(wanted) && !char.IsAsciiDigit(state[0]), "?state", "state", "One of queued, sent, failed, superseded.");
            checks.That(string.IsNullOrEmpty(to), "?state", "alone", "'state' lists everybody's messages; ask for it without 'to'.");
        }
        var mobile = "";
        if (!string.IsNullOrEmpty(to))
            checks.Mobile(to, "?to", out mobile);
        else
            checks.That(caller.Is(Roles.Operations) || caller.Is(Roles.Administrator), "?to", "required", "The number whose messages you look for.");
        if (!checks.Passed)
            return checks.Problem();

        var query = mobile.Length > 0 ? MessageDocuments.ByRecipient.Where(mobile)
            : !string.IsNullOrEmpty(state) ? MessageDocuments.ByState.Where(wanted)
            : MessageDocuments.ByTime.All;
        var page = await store.ListAsync(query.Descending(), paging.Cursor, paging.Limit, cancellationToken);
        return TypedResults.Ok(page.Select(message => MessageView.Of(message, masked: mobile.Length == 0)));
    }

    private static async Task<Results<Ok<MessageView>, ProblemHttpResult>> GetAsync(string id, DocumentStore<Message> store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } message ? TypedResults.Ok(MessageView.Of(message, masked: true)) : Problems.NotFound("message", id);

    private static async Task<Results<Ok<MessageView>, ProblemHttpResult>> RetryAsync(
        string id, DocumentStore<Message> store, DueSignal due, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is null)
            return Problems.NotFound("message", id);
        var (refusal, message) = await store.UpdateAsync<(Refusal?, Message)>(id, message => (message.Retry(time.GetUtcNow()), message), cancellationToken);
        if (refusal is not null)
            return Problems.Of(refusal);
        due.Ring();
        return TypedResults.Ok(MessageView.Of(message, masked: true));
    }

    private static async Task<Results<Ok<Page<SandboxMessage>>, ProblemHttpResult>> ReadOutboxAsync(
        string? to, Paging paging, DocumentStore<Message> store, CancellationToken cancellationToken)
    {
        var mobile = "";
        if (!string.IsNullOrEmpty(to) && !new Checks().Mobile(to, "?to", out mobile).Passed)
            return new Checks().Mobile(to, "?to", out _).Problem();
        var query = mobile.Length > 0 ? MessageDocuments.ByRecipient.Where(mobile) : MessageDocuments.ByTime.All;
        return TypedResults.Ok((await store.ListAsync(query.Descending(), paging.Cursor, paging.Limit, cancellationToken)).Select(SandboxMessage.Of));
    }
}

/// <param name="To">E.164, or masked.</param>
/// <param name="Channel">By which it went: <c>sandbox</c> or <c>email</c>; null before.</param>
internal sealed record MessageView(
    string Id, string To, string Language, string Template, string Text, MessageState State, string? Channel, int Attempts, string? Error,
    DateTimeOffset RaisedAt, DateTimeOffset? SentAt, DateTimeOffset? NextTryAt)
{
    public static MessageView Of(Message message, bool masked) => new(
        message.Id, masked ? Mobile.Masked(message.To) : message.To, message.Language, message.Template, message.TextWithoutCode, message.State, message.Channel,
        message.Attempts, message.Error, message.RaisedAt, message.SentAt, message.DueAt);
}

/// <param name="Parameters">What was filled into the template; also <c>totalPaise</c> where there is an amount, and <c>code</c> where there is a code.</param>
internal sealed record SandboxMessage(
    string Id, string To, string? Channel, string Language, string Template, string Subject, string Text, MessageState State, DateTimeOffset RaisedAt, DateTimeOffset? SentAt,
    IReadOnlyDictionary<string, string> Parameters)
{
    public static SandboxMessage Of(Message message) => new(
        message.Id, message.To, message.Channel, message.Language, message.Template, message.Subject, message.Text, message.State, message.RaisedAt, message.SentAt, message.Parameters);
}
