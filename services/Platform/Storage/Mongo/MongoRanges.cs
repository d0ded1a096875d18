using MongoDB.Bson;

namespace EServices.Platform.Storage.Mongo;

/// <summary>Ranges of an index as filters that its bounds answer exactly, page after page.</summary>
internal static class MongoRanges
{
    /// <summary>By the parts behind the equal ones. A list among the equal ones must not be sorted by: the server would take each document's least item.</summary>
    /// <returns>Null where a unique key leaves nothing to sort.</returns>
    public static BsonDocument? Sort(KeyRange range)
    {
        var direction = range.Backwards ? -1 : 1;
        var sort = new BsonDocument(range.Index.Keys.Skip(range.Equal.Count).Select(key => new BsonElement("d." + key.Path, direction)));
        if (!range.Index.Unique)
            sort.Add("_id", direction);
        return sort.ElementCount == 0 ? null : sort;
    }

    public static BsonDocument Whole(KeyRange range) => Filter(Conditions(range));

    /// <summary>
    /// The range behind <see cref="KeyRange.After"/>, in order. One filter with an "or" would say the same, but the server would walk from the start of the range
    /// to the page. So: first those with the same key and a later id, then those that differ in the last part, and so on up to the first.
    /// </summary>
    public static IEnumerable<BsonDocument> Filters(KeyRange range)
    {
        if (range.After is not { } after)
        {
            yield return Whole(range);
            yield break;
        }
        var beyond = range.Backwards ? "$lt" : "$gt";
        for (var same = after.Keys.Count; same >= 0; same--)
        {
            var conditions = Conditions(range);
            for (var part = 0; part < same; part++)
                conditions["d." + range.Index.Keys[range.Equal.Count + part].Path]["$eq"] = after.Keys[part];
            if (same == after.Keys.Count)
                conditions["_id"] = new BsonDocument(beyond, after.Id);
            else
                Narrow(conditions["d." + range.Index.Keys[range.Equal.Count + same].Path], beyond, after.Keys[same]);
            yield return Filter(conditions);
        }
    }

    /// <summary>A condition for every path of the index, so that the server may use it though it is partial.</summary>
    private static Dictionary<string, BsonDocument> Conditions(KeyRange range)
    {
        var conditions = MongoIndexes.PathsThatExist(range.Index).ToDictionary(path => path, _ => new BsonDocument("$exists", true));
        for (var part = 0; part < range.Equal.Count; part++)
            conditions["d." + range.Index.Keys[part].Path]["$eq"] = range.Equal[part];
        if (range.From is { } from)
            conditions["d." + range.Index.Keys[range.Equal.Count].Path]["$gte"] = from;
        if (range.Below is { } below)
            conditions["d." + range.Index.Keys[range.Equal.Count].Path]["$lt"] = below;
        return conditions;
    }

    /// <summary>Where the range ends before the position, its end stays.</summary>
    private static void Narrow(BsonDocument condition, string beyond, BsonValue position)
    {
        if (!condition.TryGetValue(beyond, out var end) || position < end)
            condition[beyond] = position;
    }

    private static BsonDocument Filter(Dictionary<string, BsonDocument> conditions) => new(conditions.Select(condition => new BsonElement(condition.Key, condition.Value)));
}
