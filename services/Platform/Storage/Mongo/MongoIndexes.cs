using MongoDB.Bson;
using MongoDB.Driver;

namespace EServices.Platform.Storage.Mongo;

/// <summary>
/// The indexes of a collection: those it declares, and those of the envelope. All are partial: a document in which a key part is missing is not in them.
/// An index that lacks is made. One of the same name and another shape is refused: other processes of the service may be using it.
/// </summary>
internal static class MongoIndexes
{
    /// <returns>How many were made.</returns>
    public static async Task<int> EnsureAsync(IMongoCollection<BsonDocument> collection, DocumentMap map, CancellationToken cancellationToken)
    {
        var existing = new Dictionary<string, BsonDocument>(StringComparer.Ordinal);
        using (var listed = await collection.Indexes.ListAsync(cancellationToken))
        {
            foreach (var index in await listed.ToListAsync(cancellationToken))
                existing.Add(index["name"].AsString, index);
        }
        var made = 0;
        foreach (var wanted in Wanted(map))
        {
            if (existing.TryGetValue(wanted.Name, out var found))
            {
                if (!wanted.IsShapeOf(found))
                    throw new InvalidOperationException(
                        $"Index '{wanted.Name}' of {map.Collection} exists in another shape ({found["key"].ToJson()}{(found.GetValue("unique", false).ToBoolean() ? ", unique" : "")}). Declare the new one under another name, or drop the old one.");
                continue;
            }
            await MakeAsync(collection, map, wanted, cancellationToken);
            made++;
        }
        return made;
    }

    /// <summary>What a query must contain so that the server may answer it from a partial index alone.</summary>
    public static IEnumerable<string> PathsThatExist(DocumentIndex index)
    {
        foreach (var key in index.Keys)
        {
            yield return "d." + key.Path;
            // An empty list stands in an index like one value, and would be unique.
            if (key.Many && index.Unique)
                yield return $"d.{key.Path}.0";
        }
    }

    private static async Task MakeAsync(IMongoCollection<BsonDocument> collection, DocumentMap map, Shape wanted, CancellationToken cancellationToken)
    {
        try
        {
            await collection.Indexes.CreateOneAsync(
                new CreateIndexModel<BsonDocument>(
                    wanted.Key,
                    new CreateIndexOptions<BsonDocument> { Name = wanted.Name, Unique = wanted.Unique ? true : null, PartialFilterExpression = wanted.Filter }),
                cancellationToken: cancellationToken);
        }
        catch (MongoCommandException refused) when (!MongoFaults.IsPassing(refused))
        {
            throw new InvalidOperationException($"Index '{wanted.Name}' of {map.Collection} can't be made: {refused.Message}", refused);
        }
    }

    private static IEnumerable<Shape> Wanted(DocumentMap map)
    {
        foreach (var index in map.Indexes)
        {
            var key = new BsonDocument(index.Keys.Select(part => new BsonElement("d." + part.Path, 1)));
            // Behind the key lies the id: equal keys page in its order.
            if (!index.Unique)
                key.Add("_id", 1);
            yield return new Shape(index.Name, key, index.Unique, Exists([.. PathsThatExist(index)]));
        }
        yield return new Shape(Envelope.DueIndex, new BsonDocument { { "due", 1 }, { "_id", 1 } }, false, Exists("due"));
        yield return new Shape(Envelope.SinceIndex, new BsonDocument("since", 1), false, Exists("since"));
        yield return new Shape(Envelope.ParkedIndex, new BsonDocument("p.r", 1), false, Exists("p.r"));
        yield return new Shape(Envelope.AnswerIndex, new BsonDocument("a.k", 1), true, Exists("a.k"));
        yield return new Shape(Envelope.AnswerExpiryIndex, new BsonDocument("a.x", 1), false, Exists("a.x"));
    }

    private static BsonDocument Exists(params string[] paths) => new(paths.Select(path => new BsonElement(path, new BsonDocument("$exists", true))));

    private sealed record Shape(string Name, BsonDocument Key, bool Unique, BsonDocument Filter)
    {
        public bool IsShapeOf(BsonDocument index) =>
            index["key"].AsBsonDocument.Select(part => (part.Name, part.Value.ToInt32())).SequenceEqual(Key.Select(part => (part.Name, part.Value.ToInt32())))
            && index.GetValue("unique", false).ToBoolean() == Unique
            && index.GetValue("partialFilterExpression", BsonNull.Value) == Filter;
    }
}
