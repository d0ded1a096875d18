using System.Buffers.Binary;
using System.Text;
using MongoDB.Bson;

namespace EServices.Platform.Storage.Sqlite;

/// <summary>
/// Looks up single values in a body that is still bytes, which the writer's callers do for every key part of every save: without it they would make
/// readers or whole object trees for a handful of short values.
/// </summary>
internal static class BsonPath
{
    private const byte End = 0;

    /// <param name="names">The elements' names from the outside in, as UTF-8.</param>
    /// <param name="values">None where there is no such element or it is null; a list's items one by one, without nulls.</param>
    /// <returns>False where a value is of a type that no key holds; then nothing is said.</returns>
    public static bool TryFind(ReadOnlySpan<byte> document, byte[][] names, out IReadOnlyList<BsonValue> values)
    {
        values = [];
        for (var depth = 0; depth < names.Length; depth++)
        {
            if (!TryElement(document, names[depth], out var type, out var value))
                return true;
            if (depth == names.Length - 1)
                return type == BsonType.Array ? TryItems(value, ref values) : TryAdd(type, value, ref values);
            if (type != BsonType.Document)
                return true;
            document = value;
        }
        return true;
    }

    private static bool TryItems(ReadOnlySpan<byte> list, ref IReadOnlyList<BsonValue> values)
    {
        var items = new List<BsonValue>();
        for (var at = sizeof(int); list[at] != End;)
        {
            IReadOnlyList<BsonValue> item = [];
            at = Next(list, at, out _, out var type, out var value);
            if (!TryAdd(type, value, ref item))
                return false;
            items.AddRange(item);
        }
        values = items;
        return true;
    }

    private static bool TryAdd(BsonType type, ReadOnlySpan<byte> value, ref IReadOnlyList<BsonValue> values)
    {
        BsonValue? simple = type switch
        {
            BsonType.String => new BsonString(Encoding.UTF8.GetString(value[sizeof(int)..^1])),
            BsonType.Int32 => new BsonInt32(BinaryPrimitives.ReadInt32LittleEndian(value)),
            BsonType.Int64 => new BsonInt64(BinaryPrimitives.ReadInt64LittleEndian(value)),
            BsonType.DateTime => new BsonDateTime(BinaryPrimitives.ReadInt64LittleEndian(value)),
            BsonType.Boolean => value[0] == 1 ? BsonBoolean.True : BsonBoolean.False,
            _ => null,
        };
        if (simple is not null)
            values = [simple];
        return simple is not null || type == BsonType.Null;
    }

    private static bool TryElement(ReadOnlySpan<byte> document, ReadOnlySpan<byte> wanted, out BsonType type, out ReadOnlySpan<byte> value)
    {
        for (var at = sizeof(int); document[at] != End;)
        {
            at = Next(document, at, out var name, out type, out value);
            if (name.SequenceEqual(wanted))
                return true;
        }
        type = BsonType.Undefined;
        value = default;
        return false;
    }

    /// <returns>Where the next element begins.</returns>
    private static int Next(ReadOnlySpan<byte> document, int at, out ReadOnlySpan<byte> name, out BsonType type, out ReadOnlySpan<byte> value)
    {
        type = (BsonType)document[at++];
        var length = document[at..].IndexOf((byte)0);
        name = document.Slice(at, length);
        at += length + 1;
        var rest = document[at..];
        value = rest[..SizeOf(type, rest)];
        return at + value.Length;
    }

    private static int SizeOf(BsonType type, ReadOnlySpan<byte> value) => type switch
    {
        BsonType.Null or BsonType.Undefined or BsonType.MinKey or BsonType.MaxKey => 0,
        BsonType.Boolean => 1,
        BsonType.Int32 => 4,
        BsonType.Double or BsonType.Int64 or BsonType.DateTime or BsonType.Timestamp => 8,
        BsonType.ObjectId => 12,
        BsonType.Decimal128 => 16,
        BsonType.String or BsonType.JavaScript or BsonType.Symbol => 4 + BinaryPrimitives.ReadInt32LittleEndian(value),
        BsonType.Document or BsonType.Array or BsonType.JavaScriptWithScope => BinaryPrimitives.ReadInt32LittleEndian(value),
        BsonType.Binary => 5 + BinaryPrimitives.ReadInt32LittleEndian(value),
        BsonType.RegularExpression => SizeOfTexts(value),
        _ => throw new FormatException($"A document holds a value of the unknown type {(int)type}."),
    };

    private static int SizeOfTexts(ReadOnlySpan<byte> value)
    {
        var pattern = value.IndexOf((byte)0) + 1;
        return pattern + value[pattern..].IndexOf((byte)0) + 1;
    }
}
