using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace EServices.Platform.Packs;

/// <summary>Records in the pack's own order, found by id.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "A list that is also found by id; 'Collection' would say less.")]
public sealed class PackList<T> : IReadOnlyList<T>
{
    private readonly IReadOnlyList<T> items;
    private readonly FrozenDictionary<string, T> byId;

    public PackList(IEnumerable<T> items, Func<T, string> id)
    {
        this.items = [.. items];
        byId = this.items.ToFrozenDictionary(id, StringComparer.Ordinal);
    }

    public int Count => items.Count;

    public T this[int index] => items[index];

    /// <summary>The record of an id that the pack itself refers to; unknown ids are a bug, the loader has checked them.</summary>
    public T this[string id] => byId[id];

    public T? Find(string? id) => id is not null && byId.TryGetValue(id, out var found) ? found : default;

    public bool Has(string? id) => id is not null && byId.ContainsKey(id);

    public IEnumerator<T> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
