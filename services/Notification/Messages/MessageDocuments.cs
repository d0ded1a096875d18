using EServices.Platform.Storage;

namespace EServices.Notification.Messages;

internal static class MessageDocuments
{
    public static readonly DocumentMap<Message> Map = new("messages");
    public static readonly DocumentIndex<Message> ByRecipient = Map.Index("by_recipient", message => message.To, message => message.RaisedAt);
    public static readonly DocumentIndex<Message> ByTime = Map.Index("by_time", message => message.RaisedAt);
    public static readonly DocumentIndex<Message> ByState = Map.Index("by_state", message => message.State, message => message.RaisedAt);
    public static readonly DocumentIndex<Message> ByDue = Map.Index("by_due", message => message.DueAt);
    public static readonly DocumentIndex<Message> ByAbout = Map.Index("by_about", message => message.About, message => message.RaisedAt);
}
