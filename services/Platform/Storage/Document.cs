namespace EServices.Platform.Storage;

/// <summary>
/// A thing with an identity that is saved whole: its state and the events it raised go into the store in one atomic write.
/// Plain C#: storage maps it from outside (<see cref="DocumentMap{T}"/>).
/// </summary>
/// <remarks>
/// A document of another release's shape is read, by every keeper alike: a property that it lacks has the value its class begins with; what this release does
/// not know stays with it, and is written back with every save, so that two releases may run side by side. That holds for the document's own fields. Within a
/// value (a record, an item of a list) unknown fields are passed over, and are gone once the document is saved: a value is replaced whole.
/// A renamed property is a new one: what was saved under the old name stays there, unread. A field whose type has changed can't be read, and says so.
/// </remarks>
public abstract class Document
{
    private readonly List<object> raised = [];

    protected Document(string id) => Id = id;

    /// <summary>Only for the store, which fills in what it read.</summary>
    protected Document() => Id = "";

    public string Id { get; private set; }

    /// <summary>0 until first saved, then one more with every save. The ETag of the resource.</summary>
    public long Version { get; internal set; }

    /// <summary>Ids of the events this document has already reacted to; saved with the effect, so a repeat is recognised however late it comes.</summary>
    public IReadOnlyList<string> Handled { get; private set; } = [];

    /// <summary>What the store has of this document beyond its properties, by name; written back with it. Null where there is nothing.</summary>
    internal IDictionary<string, object?>? Unknown { get; private set; }

    /// <summary>Facts raised since the document was read, in order; the next save makes them unsent events.</summary>
    public IReadOnlyList<object> Raised => raised;

    /// <summary>Records a fact (a record of Contracts) to be published once the state that made it true is saved.</summary>
    protected void Raise(object fact) => raised.Add(fact);

    /// <summary>True the first time an event is met, and remembers it; false for a repeat.</summary>
    public bool FirstTime(string eventId)
    {
        if (Handled.Contains(eventId, StringComparer.Ordinal))
            return false;
        Handled = [.. Handled, eventId];
        return true;
    }

    internal void Saved(long version)
    {
        Version = version;
        raised.Clear();
    }
}
