using System.Linq.Expressions;
using System.Reflection;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace EServices.Platform.Storage;

/// <summary>A collection as both keepers know it: a name and its declared indexes.</summary>
public abstract class DocumentMap(string collection)
{
    private readonly List<DocumentIndex> indexes = [];

    public string Collection { get; } = collection;

    public IReadOnlyList<DocumentIndex> Indexes => indexes;

    public abstract Type DocumentType { get; }

    internal void Add(DocumentIndex index)
    {
        if (indexes.Any(other => other.Name == index.Name))
            throw new ArgumentException($"{Collection} declares index '{index.Name}' twice.");
        indexes.Add(index);
    }
}

/// <summary>
/// How documents of type <typeparamref name="T"/> are kept: the collection's name, and the indexes that queries must name. Declared once, in static fields:
/// <code>
/// public static readonly DocumentMap&lt;Bill&gt; Map = new("bills");
/// public static readonly DocumentIndex&lt;Bill&gt; ByApplication = Map.Unique("by_application", bill => bill.ApplicationId);
/// public static readonly DocumentIndex&lt;Bill&gt; ByState = Map.Index("by_state", bill => bill.State, bill => bill.IssuedAt);
/// </code>
/// A key part is a mapped property, also through an object or a list (<c>bill => bill.Citizen.Mobile</c>, <c>service => service.Tags</c>);
/// of type string, integer, Boolean, enum, DateTimeOffset or DateOnly. A document in which a key part is null is not in the index.
/// An index over a property that older documents lack finds them once they are saved again. See <see cref="Document"/> for documents of another release's shape.
/// </summary>
public sealed class DocumentMap<T>(string collection) : DocumentMap(collection)
    where T : Document
{
    public override Type DocumentType => typeof(T);

    public DocumentIndex<T> Index(string name, params Expression<Func<T, object?>>[] keys) => Declare(name, unique: false, keys);

    public DocumentIndex<T> Unique(string name, params Expression<Func<T, object?>>[] keys) => Declare(name, unique: true, keys);

    private DocumentIndex<T> Declare(string name, bool unique, Expression<Func<T, object?>>[] keys)
    {
        if (keys.Length == 0)
            throw new ArgumentException($"Index '{name}' of {Collection} needs a key.", nameof(keys));
        var index = new DocumentIndex<T>(this, name, unique, [.. keys.Select(KeyPart.From)]);
        if (index.Keys.Count(key => key.Many) > 1)
            throw new ArgumentException($"Index '{name}' of {Collection} has more than one list among its key parts; a store holds no index of their combinations.", nameof(keys));
        Add(index);
        return index;
    }
}

/// <summary>One part of an index key: where it lies in the document, and how its values are written in BSON.</summary>
/// <param name="Many">A list: the document is found under each of its items.</param>
public sealed record KeyPart(string Path, IBsonSerializer Serializer, bool Many)
{
    /// <summary>The path's elements as BSON writes them.</summary>
    internal byte[][] Names { get; } = [.. Path.Split('.').Select(System.Text.Encoding.UTF8.GetBytes)];

    internal static KeyPart From<T>(Expression<Func<T, object?>> key)
    {
        BsonMapping.Register();
        var body = key.Body is UnaryExpression { NodeType: ExpressionType.Convert } convert ? convert.Operand : key.Body;
        var members = new Stack<MemberInfo>();
        while (body is MemberExpression member)
        {
            members.Push(member.Member);
            body = member.Expression!;
        }
        if (body is not ParameterExpression || members.Count == 0)
            throw new ArgumentException($"An index key is a property of the document, not '{key}'.");

        var path = new List<string>();
        var type = typeof(T);
        IBsonSerializer? serializer = null;
        foreach (var member in members)
        {
            var map = BsonMapping.MapFor(type).AllMemberMaps.FirstOrDefault(candidate => candidate.MemberName == member.Name)
                ?? throw new ArgumentException($"{type.Name}.{member.Name} is not stored, so it can't be an index key.");
            path.Add(map.ElementName);
            serializer = map.GetSerializer();
            type = map.MemberType;
        }
        BsonSerializationInfo? item = null;
        var many = serializer is IBsonArraySerializer list && list.TryGetItemSerializationInfo(out item);
        return new KeyPart(string.Join('.', path), many ? item!.Serializer : serializer!, many);
    }

    internal BsonValue Write(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var document = new BsonDocument();
        using var writer = new MongoDB.Bson.IO.BsonDocumentWriter(document);
        writer.WriteStartDocument();
        writer.WriteName("v");
        Serializer.Serialize(BsonSerializationContext.CreateRoot(writer), value);
        writer.WriteEndDocument();
        return document["v"];
    }
}

/// <summary>A declared index. Unique or not; always sparse: a document in which a key part is null is not in it.</summary>
public abstract class DocumentIndex(string name, bool unique, IReadOnlyList<KeyPart> keys)
{
    public string Name { get; } = name;
    public bool Unique { get; } = unique;
    public IReadOnlyList<KeyPart> Keys { get; } = keys;
}

public sealed class DocumentIndex<T>(DocumentMap<T> map, string name, bool unique, IReadOnlyList<KeyPart> keys) : DocumentIndex(name, unique, keys)
    where T : Document
{
    public DocumentMap<T> Map { get; } = map;

    /// <summary>All documents in the index, in key order.</summary>
    public IndexQuery<T> All => Where();

    /// <summary>Documents whose leading key parts equal these values, ordered by the remaining parts and then by id.</summary>
    public IndexQuery<T> Where(params object[] values)
    {
        if (values.Length > Keys.Count)
            throw new ArgumentException($"Index '{Name}' has {Keys.Count} key parts, not {values.Length}.");
        // A document lies under each item of a list: in their order it would be met several times, and pages would repeat it.
        if (Keys.Skip(values.Length).Any(key => key.Many))
            throw new InvalidOperationException($"Index '{Name}' has a list among its key parts; a query must say which item it looks for.");
        return new IndexQuery<T>(this, [.. values.Select((value, part) => Keys[part].Write(value))], null, null, false);
    }
}

/// <summary>A question that its index answers alone: equal on the leading parts, optionally a range on the next one, in key order or against it.</summary>
public sealed record IndexQuery<T>(DocumentIndex<T> Index, IReadOnlyList<BsonValue> Equal, BsonValue? From, BsonValue? Below, bool Backwards)
    where T : Document
{
    /// <summary>The key part after the equal ones is at least this.</summary>
    public IndexQuery<T> AtLeast(object value) => this with { From = Next.Write(value) };

    /// <summary>The key part after the equal ones is less than this.</summary>
    public IndexQuery<T> LessThan(object value) => this with { Below = Next.Write(value) };

    /// <summary>The last first.</summary>
    public IndexQuery<T> Descending() => this with { Backwards = true };

    private KeyPart Next => Equal.Count < Index.Keys.Count
        ? Index.Keys[Equal.Count]
        : throw new InvalidOperationException($"Index '{Index.Name}' has no key part left for a range.");
}
