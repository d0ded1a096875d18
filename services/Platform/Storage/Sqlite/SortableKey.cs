using System.Buffers.Binary;
using System.Text;
using MongoDB.Bson;

namespace EServices.Platform.Storage.Sqlite;

/// <summary>
/// Writes BSON values as bytes that sort, compared byte by byte, as MongoDB sorts the values: numbers before strings before Booleans before dates.
/// Parts of a key stand one behind the other, and no part is a prefix of another part, so a range of keys is a range of bytes.
/// </summary>
internal static class SortableKey
{
    private const byte Number = 0x10;
    private const byte Text = 0x20;
    private const byte Flag = 0x30;
    private const byte Moment = 0x40;

    /// <summary>Greater than the first byte of any part.</summary>
    private const byte Beyond = 0xFF;

    /// <summary>The keys under which a body is found by an index, in order and without repeats: none when a part is missing, several when a part is a list.</summary>
    public static IReadOnlyList<byte[]> Of(DocumentIndex index, BsonDocument body)
    {
        var keys = new List<byte[]> { Array.Empty<byte>() };
        foreach (var part in index.Keys)
        {
            var values = ValuesAt(body, part);
            if (values.Count == 1)
            {
                for (var place = 0; place < keys.Count; place++)
                    keys[place] = Append(keys[place], values[0], index);
            }
            else
            {
                keys = [.. from key in keys from value in values select Append(key, value, index)];
            }
        }
        if (keys.Count < 2)
            return keys;
        keys.Sort(static (one, other) => one.AsSpan().SequenceCompareTo(other));
        for (var place = keys.Count - 1; place > 0; place--)
        {
            if (keys[place].AsSpan().SequenceEqual(keys[place - 1]))
                keys.RemoveAt(place);
        }
        return keys;
    }

    /// <summary>From the first key of the range to the first behind it.</summary>
    public static (byte[] From, byte[] Below) Range(KeyRange range)
    {
        var equal = Join([], range.Equal, range.Index);
        var (from, below) = (range.From, range.Below) switch
        {
            (null, null) => (equal, [.. equal, Beyond]),
            ({ } least, null) => (Append(equal, least, range.Index), [.. equal, (byte)(TagOf(least, range.Index) + 1)]),
            (null, { } limit) => ([.. equal, TagOf(limit, range.Index)], Append(equal, limit, range.Index)),
            ({ } least, { } limit) => (Append(equal, least, range.Index), Append(equal, limit, range.Index)),
        };
        return (from, below);
    }

    /// <summary>The key at which a page ended.</summary>
    public static byte[] At(KeyRange range, IndexPosition position) => Join(Join([], range.Equal, range.Index), position.Keys, range.Index);

    private static byte[] Join(byte[] key, IReadOnlyList<BsonValue> values, DocumentIndex index) =>
        values.Aggregate(key, (longer, value) => Append(longer, value, index));

    private static IReadOnlyList<BsonValue> ValuesAt(BsonDocument body, KeyPart part)
    {
        if (body is RawBsonDocument && BsonPath.TryFind(BsonMapping.Bytes(body).Span, part.Names, out var found))
            return found;
        BsonValue value = body;
        foreach (var element in part.Path.Split('.'))
        {
            if (!value.IsBsonDocument || !value.AsBsonDocument.TryGetValue(element, out value))
                return [];
        }
        return value switch
        {
            BsonArray list => [.. list.Where(item => !item.IsBsonNull)],
            { IsBsonNull: true } => [],
            _ => [value],
        };
    }

    private static byte TagOf(BsonValue value, DocumentIndex index) => value.BsonType switch
    {
        BsonType.Int32 or BsonType.Int64 => Number,
        BsonType.String => Text,
        BsonType.Boolean => Flag,
        BsonType.DateTime => Moment,
        var other => throw new InvalidOperationException($"Index '{index.Name}' can't hold a value of type {other}."),
    };

    private static byte[] Append(byte[] key, BsonValue value, DocumentIndex index)
    {
        var tag = TagOf(value, index);
        if (tag == Text)
            return AppendText(key, value.AsString);
        var longer = new byte[key.Length + (tag == Flag ? 2 : 9)];
        key.CopyTo(longer, 0);
        longer[key.Length] = tag;
        var rest = longer.AsSpan(key.Length + 1);
        if (tag == Flag)
            rest[0] = value.AsBoolean ? (byte)1 : (byte)0;
        else
            BinaryPrimitives.WriteUInt64BigEndian(rest, (ulong)(tag == Moment ? value.AsBsonDateTime.MillisecondsSinceEpoch : value.ToInt64()) ^ (1UL << 63));
        return longer;
    }

    /// <summary>UTF-8 ended by 00 01; a zero inside is written 00 FF, so that "a" stays before "a\0".</summary>
    private static byte[] AppendText(byte[] key, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var zeros = text.AsSpan().Count('\0');
        var longer = new byte[key.Length + 1 + length + zeros + 2];
        key.CopyTo(longer, 0);
        longer[key.Length] = Text;
        var at = key.Length + 1;
        Encoding.UTF8.GetBytes(text, longer.AsSpan(at));
        if (zeros > 0)
        {
            for (int from = at + length - 1, to = at + length + zeros - 1; from < to; from--)
            {
                if (longer[from] == 0)
                    longer[to--] = 0xFF;
                longer[to--] = longer[from];
            }
        }
        longer[^1] = 0x01;
        return longer;
    }
}
