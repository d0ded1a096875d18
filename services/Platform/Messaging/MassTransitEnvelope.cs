using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EServices.Platform.Storage;
using MassTransit;
using RabbitMQ.Client;

namespace EServices.Platform.Messaging;

/// <summary>
/// A contract as MassTransit publishes it: the exchange named after it, and the JSON envelope that its consumers read
/// (https://masstransit.io/documentation/concepts/messages#message-envelope), around the event's own JSON as it was saved.
/// </summary>
internal sealed class MassTransitEnvelope
{
    private const string ContentType = "application/vnd.masstransit+json";

    /// <summary>Bytes that a thread keeps for the next envelope.</summary>
    private const int MostKept = 1 << 16;

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? scratch;

    private readonly string source;
    private readonly string destination;
    private readonly string urn;

    private MassTransitEnvelope(string source, Uri destination, string urn)
    {
        (this.source, this.destination, this.urn) = (source, destination.ToString(), urn);
        Exchange = new CachedString(Uri.UnescapeDataString(destination.Segments[^1]));
    }

    public CachedString Exchange { get; }

    /// <summary>Null for a type that goes to several exchanges, its base types' and interfaces' too: that is left to MassTransit.</summary>
    public static MassTransitEnvelope? Of(Type contract, IBus bus) =>
        MessageTypeCache.GetMessageTypeNames(contract) is [var urn] && bus.Topology.TryGetPublishAddress(contract, out var address)
            ? new MassTransitEnvelope(bus.Address.ToString(), address, urn)
            : null;

    /// <param name="trace">The span that the consumer's continues; null without one.</param>
    public (BasicProperties Properties, byte[] Body) Write(UnsentEvent unsent, string? trace, DateTimeOffset now)
    {
        var id = NewId.NextGuid();
        var headers = new Dictionary<string, object?>
        {
            [Bus.EventIdHeader] = unsent.EventId,
            [Bus.RaisedAtHeader] = unsent.RaisedAt.ToString("O"),
        };
        if (trace is not null)
        {
            headers[Bus.TraceParentHeader] = trace;
            headers[Bus.MassTransitTraceHeader] = trace;
        }
        if (unsent.Baggage is not null)
            headers[Bus.BaggageHeader] = unsent.Baggage;

        var (buffer, writer) = scratch ??= Scratch();
        buffer.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        writer.WriteString("messageId", id);
        writer.WriteString("conversationId", id);
        writer.WriteString("sourceAddress", source);
        writer.WriteString("destinationAddress", destination);
        writer.WriteStartArray("messageType");
        writer.WriteStringValue(urn);
        writer.WriteEndArray();
        writer.WritePropertyName("message");
        writer.WriteRawValue(unsent.Body, skipInputValidation: true);
        writer.WriteString("sentTime", now.UtcDateTime);
        writer.WriteStartObject("headers");
        foreach (var (name, value) in headers)
            writer.WriteString(name, (string)value!);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        var body = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity > MostKept)
            scratch = null;
        return (new BasicProperties { MessageId = id.ToString(), ContentType = ContentType, DeliveryMode = DeliveryModes.Persistent, Headers = headers }, body);
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) Scratch()
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        return (buffer, new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }));
    }
}
