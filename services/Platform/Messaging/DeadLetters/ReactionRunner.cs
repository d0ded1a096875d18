using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Platform.Messaging.DeadLetters;

/// <summary>Hands a kept event to the reaction whose queue it came by, as the bus does.</summary>
internal sealed class ReactionRunner
{
    private readonly FrozenDictionary<(string Queue, string Event), Step> steps;
    private readonly IServiceScopeFactory scopes;

    public ReactionRunner(ServiceName service, IReadOnlyList<ReactionRegistration> reactions, IServiceScopeFactory scopes)
    {
        this.scopes = scopes;
        Queues = [.. reactions.Select(reaction => Bus.QueueOf(service.Value, reaction.Reaction)).Distinct()];
        steps = reactions.ToFrozenDictionary(
            reaction => (Bus.QueueOf(service.Value, reaction.Reaction), reaction.Event.FullName!),
            reaction => (Step)Activator.CreateInstance(typeof(Step<,>).MakeGenericType(reaction.Reaction, reaction.Event))!);
    }

    /// <summary>The queues of this service's reactions.</summary>
    public IReadOnlyList<string> Queues { get; }

    /// <exception cref="UnsendableEventException">This version has no such reaction, or can't read the event.</exception>
    public async Task RunAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        if (!steps.TryGetValue((letter.Place, letter.EventType), out var step))
            throw new UnsendableEventException($"This version has no reaction at {letter.Place} to {letter.EventType}.");
        await using var scope = scopes.CreateAsyncScope();
        await step.RunAsync(scope.ServiceProvider, letter, cancellationToken);
    }

    private abstract class Step
    {
        public abstract Task RunAsync(IServiceProvider services, DeadLetter letter, CancellationToken cancellationToken);
    }

    private sealed class Step<TReaction, TEvent> : Step
        where TReaction : IReaction<TEvent>
        where TEvent : class
    {
        public override Task RunAsync(IServiceProvider services, DeadLetter letter, CancellationToken cancellationToken)
        {
            TEvent fact;
            try
            {
                fact = JsonSerializer.Deserialize<TEvent>(letter.Body, ContractJson.Options) ?? throw new UnsendableEventException($"{letter.EventId} is empty.");
            }
            catch (JsonException malformed)
            {
                throw new UnsendableEventException($"{letter.EventId} can't be read as {typeof(TEvent).Name}.", malformed);
            }
            return services.GetRequiredService<TReaction>().On(fact, new Delivery(letter.EventId, letter.RaisedAt), cancellationToken);
        }
    }
}
