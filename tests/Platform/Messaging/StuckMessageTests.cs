using System.Text;
using EServices.Contracts.Catalogue;
using EServices.Platform.Messaging.DeadLetters;
using RabbitMQ.Client;

namespace EServices.Platform.Tests.Messaging;

/// <summary>What can be told of a message of an error queue, however broken.</summary>
public class StuckMessageTests
{
    private const string Envelope = """
        {
          "messageId": "0b6a0000-5d5f-0015-2d7e-08de2dbb1c2f", "messageType": ["urn:message:EServices.Contracts.Catalogue:ServiceSuspended"],
          "message": { "serviceId": "s", "version": 1, "reason": "r" }, "sentTime": "2026-03-02T10:00:00Z",
          "headers": { "event-id": "evt_1", "raised-at": "2026-03-02T09:59:58.0000000+00:00", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "baggage": "tracking.number=T-26-1" }
        }
        """;

    [Fact]
    public void Envelope_WithAFault_IsUnderstood()
    {
        var stuck = Read(Envelope, ("MT-Fault-ExceptionType", "System.TimeoutException"), ("MT-Fault-Message", "too late"), ("MT-Fault-StackTrace", "at X"), ("MT-Fault-RetryCount", "7"));

        Assert.Equal(("evt_1", typeof(ServiceSuspended).FullName, "T-26-1"), (stuck.Trouble.EventId, stuck.Trouble.Type, stuck.Trouble.TrackingNumber));
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 9, 59, 58, TimeSpan.Zero), stuck.Trouble.RaisedAt);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", CarriedTrace.TraceIdOf(stuck.Trouble.TraceParent));
        Assert.Equal((new Failure("System.TimeoutException", "too late", "at X"), 8, true), (stuck.Failure, stuck.Attempts, stuck.Again));
    }

    [Fact]
    public void Envelope_ThatTheBrokerGaveUp_IsNotTriedAgain()
    {
        var stuck = Read(Envelope, ("x-first-death-reason", "delivery_limit"));
        Assert.Equal(("evt_1", "DeliveryLimit", false), (stuck.Trouble.EventId, stuck.Failure.Type, stuck.Again));
    }

    [Fact]
    public void Envelope_WithoutOurHeaders_IsKnownByItsMessageId()
    {
        var stuck = Read("""{"messageId":"0b6a0000-5d5f-0015-2d7e-08de2dbb1c2f","messageType":["urn:message:EServices.Contracts.Catalogue:ServiceSuspended"],"message":{},"sentTime":"2026-03-02T10:00:00Z"}""");
        Assert.Equal(("0b6a00005d5f00152d7e08de2dbb1c2f", new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero), true), (stuck.Trouble.EventId, stuck.Trouble.RaisedAt, stuck.Again));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"messageType":[],"message":{}}""")]
    [InlineData("""{"messageType":"x","message":{},"messageId":"y"}""")]
    [InlineData("""{"messageType":["urn:message:Else:Where"],"message":{},"messageId":"0b6a0000-5d5f-0015-2d7e-08de2dbb1c2f"}""")]
    [InlineData("""{"messageType":["urn:message:EServices.Contracts.Catalogue:ServiceSuspended"],"message":{},"messageId":"not a guid"}""")]
    [InlineData("""{"messageType":["urn:message:EServices.Contracts.Catalogue:ServiceSuspended"],"message":7,"messageId":"0b6a0000-5d5f-0015-2d7e-08de2dbb1c2f"}""")]
    public void Body_ThatIsNoEnvelope_IsKeptAsItIs(string body)
    {
        var stuck = Read(body);
        Assert.Equal((body, "unknown", false), (stuck.Trouble.Body, stuck.Trouble.Type, stuck.Again));
        Assert.Equal(stuck.Trouble.EventId, Read(body).Trouble.EventId);
    }

    [Fact]
    public void Body_ThatIsNoText_KeepsItsBytes()
    {
        byte[] bytes = [0xff, 0xfe, 0x00, 0x80];
        var stuck = StuckMessage.Read(bytes, new BasicProperties());
        Assert.Equal("base64:" + Convert.ToBase64String(bytes), stuck.Trouble.Body);
    }

    private static StuckMessage Read(string body, params (string Name, string Value)[] headers) => StuckMessage.Read(
        Encoding.UTF8.GetBytes(body), new BasicProperties { Headers = headers.ToDictionary(header => header.Name, header => (object?)Encoding.UTF8.GetBytes(header.Value)) });
}
