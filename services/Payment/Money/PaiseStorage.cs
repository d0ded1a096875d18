using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;

namespace EServices.Payment.Money;

/// <summary>Keeps an amount as a 64-bit integer. Every storage map of this service calls <see cref="Register"/> before it names a property.</summary>
internal static class PaiseStorage
{
    public static void Register() => BsonSerializer.TryRegisterSerializer(new PaiseSerializer());

    private sealed class PaiseSerializer : StructSerializerBase<Paise>
    {
        public override void Serialize(BsonSerializationContext context, BsonSerializationArgs args, Paise value) => context.Writer.WriteInt64(value.Value);

        public override Paise Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args) => new(context.Reader.ReadInt64());
    }
}
