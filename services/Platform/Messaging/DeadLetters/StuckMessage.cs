using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace EServices.Platform.Messaging.DeadLetters;

/// <summary>A message of an error queue, as far as it can be understood: MassTransit's envelope, the fault it wrote beside it, or what the broker says of it.</summary>
/// <param name="Again">It may succeed if tried again. Not so one that can't be read, or that took the process down as often as the broker allows.</param>
internal sealed record StuckMessage(EventInTrouble Trouble, Failure Failure, int Attempts, bool Again)
{
    private const string Unknown = "unknown";

    public static StuckMessage Read(ReadOnlySpan<byte> body, IReadOnlyBasicProperties properties)
    {
        var headers = properties.Headers ?? new Dictionary<string, object?>();
        var brokerGaveUp = Text(headers, "x-first-death-reason") == "delivery_limit";
        var failure = Text(headers, "MT-Fault-ExceptionType") is { } type
            ? new Failure(type, Text(headers, "MT-Fault-Message") ?? "", Text(headers, "MT-Fault-StackTrace"))
            : brokerGaveUp
                ? new Failure("DeliveryLimit", "It was delivered as often as the broker allows, and each time the process went down before it answered.", null)
                : new Failure("", Text(headers, "MT-Reason") ?? "It was found in the error queue.", null);
        var attempts = 1 + (int.TryParse(Text(headers, "MT-Fault-RetryCount"), NumberStyles.None, CultureInfo.InvariantCulture, out var retries) ? retries : 0);
        return Envelope(body) is { } trouble
            ? new StuckMessage(trouble, failure, attempts, !brokerGaveUp)
            : new StuckMessage(Unreadable(body, properties), failure, attempts, false);
    }

    private static EventInTrouble? Envelope(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            var envelope = document.RootElement;
            var type = envelope.GetProperty("messageType").EnumerateArray().Select(urn => ContractOf(urn.GetString())).FirstOrDefault(name => name is not null);
            var message = envelope.GetProperty("message");
            var headers = envelope.TryGetProperty("headers", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
            var id = Header(headers, Bus.EventIdHeader) ?? (envelope.TryGetProperty("messageId", out var messageId) ? Guid.Parse(messageId.GetString()!).ToString("N") : null);
            if (type is null || id is null || message.ValueKind != JsonValueKind.Object)
                return null;
            var raised = Header(headers, Bus.RaisedAtHeader) ?? (envelope.TryGetProperty("sentTime", out var sent) ? sent.GetString() : null);
            var baggage = Header(headers, Bus.BaggageHeader);
            return new EventInTrouble(
                id, type, message.GetRawText(), DateTimeOffset.TryParse(raised, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : DateTimeOffset.UnixEpoch,
                Header(headers, Bus.TraceParentHeader), null, baggage, DeadLetterBox.TrackingNumberOf(baggage, message.GetRawText()));
        }
        catch (Exception malformed) when (malformed is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentNullException)
        {
            return null;
        }
    }

    /// <summary>The same message has the same id, however often it is met.</summary>
    private static EventInTrouble Unreadable(ReadOnlySpan<byte> body, IReadOnlyBasicProperties properties) => new(
        properties.MessageId is { Length: > 0 } id ? id : Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16)),
        Unknown, Decode(body), DateTimeOffset.UnixEpoch, null, null, null, null);

    private static string Decode(ReadOnlySpan<byte> body)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return "base64:" + Convert.ToBase64String(body);
        }
    }

    /// <summary><c>urn:message:EServices.Contracts.Payment:BillSettled</c>; null for what is no contract of this version.</summary>
    private static string? ContractOf(string? urn) =>
        urn?.Split(':') is ["urn", "message", var space, var name] && ContractTypes.Find($"{space}.{name}") is { } type ? type.FullName : null;

    private static string? Header(JsonElement headers, string name) =>
        headers.ValueKind == JsonValueKind.Object && headers.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Text(IDictionary<string, object?> headers, string name) => headers.TryGetValue(name, out var value) ? value switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        null => null,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    } : null;
}
