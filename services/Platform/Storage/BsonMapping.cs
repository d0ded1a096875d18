using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Contracts;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Conventions;
using MongoDB.Bson.Serialization.Options;
using MongoDB.Bson.Serialization.Serializers;

namespace EServices.Platform.Storage;

/// <summary>How every document is written in BSON, whichever keeper holds it: camelCase, enums as names, nulls left out, UTC milliseconds, unknown elements of values ignored.</summary>
internal static class BsonMapping
{
    private static readonly Lazy<bool> Once = new(RegisterOnce);

    public static void Register() => _ = Once.Value;

    /// <summary>A body as bytes. One that <see cref="Wrap"/> made has them already.</summary>
    public static ReadOnlyMemory<byte> Bytes(BsonDocument body) =>
        body is RawBsonDocument raw ? raw.Slice.AccessBackingBytes(0) is var bytes && bytes.Count == raw.Slice.Length ? bytes : raw.ToBson() : body.ToBson();

    /// <summary>A body that is read where and when it is asked for: most of what is written or found is never looked into as BSON.</summary>
    public static BsonDocument Wrap(byte[] body) => new RawBsonDocument(body);

    /// <summary>A body with all its values in memory, whether or not it was so before; it may be changed.</summary>
    public static BsonDocument Unwrap(BsonDocument body) =>
        body is RawBsonDocument raw ? raw.Materialize(new MongoDB.Bson.IO.BsonBinaryReaderSettings()) : (BsonDocument)body.DeepClone();

    /// <summary>The same body with the identity before it: some documents are made by a constructor that asks for it.</summary>
    public static byte[] WithId(ReadOnlySpan<byte> body, string id)
    {
        var text = Encoding.UTF8.GetByteCount(id);
        // Type, "_id" and its zero, the text's length, the text and its zero.
        var whole = new byte[body.Length + 1 + 4 + sizeof(int) + text + 1];
        BinaryPrimitives.WriteInt32LittleEndian(whole, whole.Length);
        "\u0002_id\0"u8.CopyTo(whole.AsSpan(sizeof(int)));
        BinaryPrimitives.WriteInt32LittleEndian(whole.AsSpan(9), text + 1);
        Encoding.UTF8.GetBytes(id, whole.AsSpan(13));
        body[sizeof(int)..].CopyTo(whole.AsSpan(13 + text + 1));
        return whole;
    }

    public static BsonClassMap MapFor(Type type)
    {
        Register();
        return BsonClassMap.LookupClassMap(type);
    }

    private static bool RegisterOnce()
    {
        ConventionRegistry.Register(
            "eservices",
            new ConventionPack
            {
                new CamelCaseElementNameConvention(),
                new EnumRepresentationConvention(BsonType.String),
                new IgnoreIfNullConvention(true),
                new IgnoreExtraElementsConvention(true),
            },
            _ => true);
        BsonSerializer.TryRegisterSerializer(new DateTimeOffsetSerializer(BsonType.DateTime));
        BsonSerializer.TryRegisterSerializer(new DateOnlySerializer(BsonType.String));
        BsonSerializer.TryRegisterSerializer(new TimeOnlySerializer(BsonType.String));
        BsonSerializer.TryRegisterSerializer(new JsonElementSerializer());
        BsonSerializer.TryRegisterSerializer(new JsonObjectSerializer());
        BsonSerializer.TryRegisterSerializer(new LocalisedSerializer());
        BsonClassMap.RegisterClassMap<Document>(map =>
        {
            map.SetIsRootClass(false);
            // The identity and the version live in the envelope, where the keeper guards them; they are put back on reading.
            map.MapProperty(document => document.Handled).SetElementName("handled").SetIgnoreIfDefault(true)
                .SetShouldSerializeMethod(document => ((Document)document).Handled.Count > 0);
            map.MapExtraElementsMember(document => document.Unknown);
            map.MapIdProperty(document => document.Id).SetShouldSerializeMethod(_ => false);
        });
        return true;
    }

    private sealed class JsonElementSerializer : StructSerializerBase<JsonElement>
    {
        public override void Serialize(BsonSerializationContext context, BsonSerializationArgs args, JsonElement value) =>
            context.Writer.WriteString(value.ValueKind == JsonValueKind.Undefined ? "null" : value.GetRawText());

        public override JsonElement Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args) =>
            JsonSerializer.Deserialize<JsonElement>(context.Reader.ReadString());
    }

    /// <summary>JSON of citizens' forms is kept as its text: keys may hold dots and dollars, and numbers keep their digits.</summary>
    private sealed class JsonObjectSerializer : SerializerBase<JsonObject?>
    {
        public override void Serialize(BsonSerializationContext context, BsonSerializationArgs args, JsonObject? value)
        {
            if (value is null)
                context.Writer.WriteNull();
            else
                context.Writer.WriteString(value.ToJsonString());
        }

        public override JsonObject? Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
        {
            if (context.Reader.CurrentBsonType != BsonType.Null)
                return JsonNode.Parse(context.Reader.ReadString()) as JsonObject;
            context.Reader.ReadNull();
            return null;
        }
    }

    private sealed class LocalisedSerializer : SerializerBase<Localised?>
    {
        private static readonly StringSerializer Text = new();
        private static readonly DictionaryInterfaceImplementerSerializer<Dictionary<string, string>> Texts = new(DictionaryRepresentation.Document);

        public override void Serialize(BsonSerializationContext context, BsonSerializationArgs args, Localised? value)
        {
            if (value is null)
            {
                context.Writer.WriteNull();
                return;
            }
            context.Writer.WriteStartDocument();
            foreach (var (language, text) in value.Texts)
            {
                context.Writer.WriteName(language);
                Text.Serialize(context, text);
            }
            context.Writer.WriteEndDocument();
        }

        public override Localised? Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
        {
            if (context.Reader.CurrentBsonType != BsonType.Null)
                return new Localised(Texts.Deserialize(context));
            context.Reader.ReadNull();
            return null;
        }
    }
}
