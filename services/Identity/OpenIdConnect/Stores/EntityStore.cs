using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using OpenIddict.Abstractions;

namespace EServices.Identity.OpenIdConnect.Stores;

/// <summary>
/// What OpenIddict's four stores have in common over our storage port. Its methods that take an <see cref="IQueryable"/> can't be served: storage answers
/// declared indexes only. OpenIddict itself never calls them; they are there for applications with a relational store.
/// </summary>
internal abstract class EntityStore<T>(DocumentStore<T> documents, IndexQuery<T> all, Ids ids, string prefix)
    where T : Document
{
    protected DocumentStore<T> Documents { get; } = documents;

    protected string NewId() => ids.New(prefix);

    public async ValueTask<long> CountAsync(CancellationToken cancellationToken) => await Documents.CountAsync(all, cancellationToken);

    public ValueTask<long> CountAsync<TResult>(Func<IQueryable<T>, IQueryable<TResult>> query, CancellationToken cancellationToken) => throw NoQueryable();

    public ValueTask<TResult?> GetAsync<TState, TResult>(
        Func<IQueryable<T>, TState, IQueryable<TResult>> query, TState state, CancellationToken cancellationToken) => throw NoQueryable();

    public IAsyncEnumerable<TResult> ListAsync<TState, TResult>(
        Func<IQueryable<T>, TState, IQueryable<TResult>> query, TState state, CancellationToken cancellationToken) => throw NoQueryable();

    public async ValueTask CreateAsync(T entity, CancellationToken cancellationToken) => await Documents.SaveAsync(entity, cancellationToken);

    public ValueTask UpdateAsync(T entity, CancellationToken cancellationToken) => GuardAsync(Documents.SaveAsync(entity, cancellationToken));

    public ValueTask DeleteAsync(T entity, CancellationToken cancellationToken) => GuardAsync(Documents.DeleteAsync(entity, cancellationToken));

    public async ValueTask<T?> FindByIdAsync(string identifier, CancellationToken cancellationToken) => await Documents.FindAsync(identifier, cancellationToken);

    public async IAsyncEnumerable<T> ListAsync(int? count, int? offset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (skip, left) = (offset ?? 0, count ?? int.MaxValue);
        await foreach (var entity in Documents.AllAsync(all, cancellationToken))
        {
            if (skip-- > 0)
                continue;
            if (left-- <= 0)
                yield break;
            yield return entity;
        }
    }

    public virtual ValueTask<string?> GetIdAsync(T entity, CancellationToken cancellationToken) => new(entity.Id);

    protected IAsyncEnumerable<T> AllOf(IndexQuery<T> query, CancellationToken cancellationToken) => Documents.AllAsync(query, cancellationToken);

    /// <summary>Changes each of these entities, whoever else is changing it. Returns how many.</summary>
    protected async ValueTask<long> ChangeAsync(IAsyncEnumerable<T> entities, Action<T> change, CancellationToken cancellationToken)
    {
        var changed = 0L;
        await foreach (var entity in entities.WithCancellation(cancellationToken))
        {
            try
            {
                await Documents.UpdateAsync(entity.Id, current =>
                {
                    change(current);
                    return true;
                }, cancellationToken);
                changed++;
            }
            catch (DocumentNotFoundException)
            {
                // Pruned meanwhile.
            }
        }
        return changed;
    }

    /// <summary>Removes each of these entities unless someone is just changing it. Returns how many.</summary>
    protected async ValueTask<long> RemoveAsync(IAsyncEnumerable<T> entities, CancellationToken cancellationToken)
    {
        var removed = 0L;
        await foreach (var entity in entities.WithCancellation(cancellationToken))
        {
            try
            {
                await Documents.DeleteAsync(entity, cancellationToken);
                removed++;
            }
            catch (StorageException busy) when (busy is ConflictException or DocumentNotFoundException)
            {
                // The next pruning sees it as it is then.
            }
        }
        return removed;
    }

    protected static ValueTask Done(Action set)
    {
        set();
        return default;
    }

    protected static ImmutableDictionary<string, JsonElement> ReadProperties(string? json) =>
        json is null ? ImmutableDictionary<string, JsonElement>.Empty : JsonSerializer.Deserialize<ImmutableDictionary<string, JsonElement>>(json)!;

    protected static ImmutableDictionary<string, string> ReadTexts(string? json) =>
        json is null ? ImmutableDictionary<string, string>.Empty : JsonSerializer.Deserialize<ImmutableDictionary<string, string>>(json)!;

    protected static ImmutableDictionary<CultureInfo, string> ReadNames(string? json) =>
        ReadTexts(json).ToImmutableDictionary(name => CultureInfo.GetCultureInfo(name.Key), name => name.Value);

    protected static string? WriteNames(ImmutableDictionary<CultureInfo, string> names) =>
        WriteTexts(names.ToDictionary(name => name.Key.Name, name => name.Value));

    protected static string? WriteTexts<TValue>(IReadOnlyDictionary<string, TValue> values) =>
        values.Count == 0 ? null : JsonSerializer.Serialize(values);

    /// <summary>OpenIddict's own name for a lost race, on which its managers rely (a code redeemed twice at once).</summary>
    private static async ValueTask GuardAsync(Task write)
    {
        try
        {
            await write;
        }
        catch (StorageException lost) when (lost is ConflictException or DocumentNotFoundException)
        {
            throw new OpenIddictExceptions.ConcurrencyException("The entity was changed or removed since it was read.", lost);
        }
    }

    private static NotSupportedException NoQueryable() => new("Storage answers declared indexes only, so there is no IQueryable; use the other methods.");
}
