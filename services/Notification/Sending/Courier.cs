using System.Diagnostics.Metrics;
using System.Threading.Channels;
using EServices.Notification.Messages;
using EServices.Platform.Storage;

namespace EServices.Notification.Sending;

/// <param name="Attempts">Tries before a message is put aside.</param>
/// <param name="Sandbox">Messages can be read by anyone, so codes stay in them.</param>
internal sealed record SendingRules(int Attempts, bool Sandbox)
{
    /// <summary>How long one attempt may take before another process may try.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>2, 4, 8, … seconds, at most ten minutes.</summary>
    public static TimeSpan WaitAfter(int attempts) => TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, Math.Pow(2, attempts)));
}

/// <summary>Wakes the courier when there is something new.</summary>
internal sealed class DueSignal
{
    private readonly Channel<bool> bell = System.Threading.Channels.Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => bell.Writer.TryWrite(true);

    /// <summary>Ends at the next ring, at the latest after <paramref name="longest"/> of real time.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(longest);
        try
        {
            await bell.Reader.ReadAsync(limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }
}

/// <summary>
/// Sends what is due, at least once: a message is taken (saved as taken) before it is sent and marked after, so a crash in between sends it again.
/// One person's messages go in order, different people's beside each other; one that can't be sent holds up nobody.
/// </summary>
internal sealed partial class Courier(
    DocumentStore<Message> messages, IEnumerable<IMessageChannel> channels, SendingRules rules, DueSignal due, TimeProvider time, ILogger<Courier> logger) : BackgroundService
{
    private const int Batch = 64;
    private const int AtOnce = 8;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private static readonly Counter<long> Outcomes = new Meter("EServices.Notification").CreateCounter<long>("eservices.messages", "{message}", "Messages by template and what became of them.");

    /// <summary>The one way there is now; SMTP before the sandbox's outbox, which reads along anyway.</summary>
    private readonly IMessageChannel? channel = channels.FirstOrDefault();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (channel is not null)
        {
            var more = false;
            try
            {
                more = await RoundAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                RoundFailed(failure);
            }
            if (!more)
                await due.WaitAsync(LookAgain, stoppingToken);
        }
    }

    /// <summary>Tries once to send what is due now.</summary>
    /// <returns>True if there may be more due now.</returns>
    internal async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        if (channel is not { } by)
            return false;
        // Due times have milliseconds: due now counts.
        var round = await messages.ListAsync(MessageDocuments.ByDue.All.LessThan(time.GetUtcNow().AddMilliseconds(1)), null, Batch, cancellationToken);
        using var lines = new SemaphoreSlim(AtOnce);
        await Task.WhenAll(round.Items.GroupBy(message => message.To).Select(DeliverAllAsync));
        return round.Items.Count == Batch;

        async Task DeliverAllAsync(IGrouping<string, Message> person)
        {
            await lines.WaitAsync(cancellationToken);
            try
            {
                foreach (var message in person.OrderBy(message => message.RaisedAt))
                    await DeliverAsync(message, by, cancellationToken);
            }
            finally
            {
                lines.Release();
            }
        }
    }

    private async Task DeliverAsync(Message message, IMessageChannel by, CancellationToken cancellationToken)
    {
        try
        {
            var now = time.GetUtcNow();
            if (message.IsExpired(now))
                message.GiveUp("It was out of date before it could be sent.");
            else if (await IsSupersededAsync(message, cancellationToken))
                message.Supersede();
            else
            {
                message.Take(now, SendingRules.Lease);
                await messages.SaveAsync(message, cancellationToken);
                await TryAsync(message, by, cancellationToken);
            }
            if (message.State != MessageState.Queued && !rules.Sandbox)
                message.EraseCode();
            await messages.SaveAsync(message, cancellationToken);
            Outcomes.Add(1, new("template", message.Template), new("outcome", message.State.ToString().ToLowerInvariant()));
        }
        catch (ConflictException)
        {
            // Another process has it.
        }
    }

    private async Task TryAsync(Message message, IMessageChannel by, CancellationToken cancellationToken)
    {
        try
        {
            await by.SendAsync(message, cancellationToken);
            message.Sent(by.Name, time.GetUtcNow());
            MessageSent(message.Id, message.Template, by.Name);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            if (failure is UndeliverableException || message.Attempts >= rules.Attempts)
            {
                message.GiveUp(failure.Message);
                MessageParked(message.Id, message.Template, message.Attempts, failure.Message);
            }
            else
            {
                message.Failed(failure.Message, time.GetUtcNow() + SendingRules.WaitAfter(message.Attempts));
                MessageNotSent(message.Id, message.Template, message.Attempts, failure.Message);
            }
        }
    }

    /// <summary>Events may come out of order: who already knows the new time must not be told the old one after it.</summary>
    private async Task<bool> IsSupersededAsync(Message message, CancellationToken cancellationToken) =>
        message.About is not null
        && await messages.FirstAsync(MessageDocuments.ByAbout.Where(message.About).AtLeast(message.RaisedAt.AddMilliseconds(1)), cancellationToken) is not null;

    [LoggerMessage(EventName = "MessageSent", Level = LogLevel.Information, Message = "{MessageId} ({Template}) went by {Channel}")]
    private partial void MessageSent(string messageId, string template, string channel);

    [LoggerMessage(EventName = "MessageNotSent", Level = LogLevel.Warning, Message = "{MessageId} ({Template}) was not sent (attempt {Attempts}): {Reason}")]
    private partial void MessageNotSent(string messageId, string template, int attempts, string reason);

    [LoggerMessage(EventName = "MessageParked", Level = LogLevel.Error, Message = "{MessageId} ({Template}) is put aside after {Attempts} attempts: {Reason}")]
    private partial void MessageParked(string messageId, string template, int attempts, string reason);

    [LoggerMessage(EventName = "SendingRoundFailed", Level = LogLevel.Warning, Message = "A round of sending failed; the next one tries again")]
    private partial void RoundFailed(Exception failure);
}
