using MongoDB.Bson;

namespace EServices.Platform.Storage.Mongo;

/// <summary>
/// How a document lies in MongoDB: its state, its version, its events and answers in one, so that one atomic update saves them all.
/// <c>{ _id, v: version, w: stamps of the last writes, d: state, o: [unsent], p: [parked], a: [answers], due, since }</c>.
/// <c>due</c> and <c>since</c> are those of the first unsent event, absent when none waits.
/// </summary>
internal static class Envelope
{
    public const string DueIndex = "envelope_due";
    public const string SinceIndex = "envelope_since";
    public const string ParkedIndex = "envelope_parked";
    public const string AnswerIndex = "envelope_answer";
    public const string AnswerExpiryIndex = "envelope_answer_expiry";

    /// <summary>More writes than anyone would put upon a document between the two tries of one.</summary>
    private const int Stamps = 8;

    /// <summary>Positions of a save's events, behind those of the saves before.</summary>
    private const long EventsOfOneSave = 1_000_000;

    public static BsonDocument New(DocumentWrite write, BsonDocument body, long stamp)
    {
        var envelope = new BsonDocument
        {
            { "_id", write.Id },
            { "v", 1L },
            { "w", new BsonArray { stamp } },
            { "d", body },
            { "o", Events(write) },
            { "p", new BsonArray() },
            { "a", Answers(write) },
        };
        if (write.Events.Count > 0)
        {
            envelope["due"] = Moment(write.Events[0].DueAt);
            envelope["since"] = Moment(write.Events[0].RaisedAt);
        }
        return envelope;
    }

    /// <summary>The next version; expired answers go.</summary>
    public static BsonArray Next(DocumentWrite write, BsonDocument body, long stamp) => WithFirstEvent(new BsonDocument
    {
        { "v", write.ExpectedVersion + 1 },
        { "w", Call("$slice", Call("$concatArrays", new BsonArray { stamp }, "$w"), Stamps) },
        { "d", Literal(body) },
        { "o", Call("$concatArrays", "$o", Literal(Events(write))) },
        { "a", Call("$concatArrays", Filter("$a", Call("$gt", "$$this.x", Moment(write.Now))), Literal(Answers(write))) },
    });

    public static BsonArray WithoutEvents(string list, IEnumerable<string> eventIds) =>
        WithFirstEvent(new BsonDocument(list, Filter("$" + list, Not(IsOneOf(eventIds)))));

    public static BsonArray Failed(string eventId, int attempts, DateTimeOffset dueAt, string error) => WithFirstEvent(new BsonDocument(
        "o",
        Map("$o", Call("$cond", IsOneOf([eventId]), Call("$mergeObjects", "$$this", Literal(new BsonDocument { { "n", attempts }, { "u", Moment(dueAt) }, { "x", error } })), "$$this"))));

    public static BsonArray Parked(string eventId, int attempts, string error) => WithFirstEvent(new BsonDocument
    {
        { "o", Filter("$o", Not(IsOneOf([eventId]))) },
        {
            "p",
            Call("$concatArrays", "$p", Map(Filter("$o", IsOneOf([eventId])), Call("$mergeObjects", "$$this", Literal(new BsonDocument { { "n", attempts }, { "x", error } }))))
        },
    });

    /// <summary>Back among the unsent ones, at the position at which it was raised.</summary>
    /// <param name="position">Its <c>q</c>.</param>
    public static BsonArray Unparked(string eventId, long position, DateTimeOffset dueAt) => WithFirstEvent(new BsonDocument
    {
        {
            "o",
            Call(
                "$concatArrays",
                Filter("$o", Call("$lt", "$$this.q", position)),
                Map(Filter("$p", IsOneOf([eventId])), Call("$mergeObjects", "$$this", Literal(new BsonDocument { { "n", 0 }, { "u", Moment(dueAt) } }))),
                Filter("$o", Call("$gt", "$$this.q", position)))
        },
        { "p", Filter("$p", Not(IsOneOf([eventId]))) },
    });

    public static UnsentEvent ReadEvent(BsonDocument stored) => new(
        stored["e"].AsString, stored["t"].AsString, stored["b"].AsString, ReadMoment(stored["r"]), ReadMoment(stored["u"]),
        TextOrNull(stored, "tp"), TextOrNull(stored, "ts"), TextOrNull(stored, "bg"), stored["n"].ToInt32());

    public static StoredAnswer ReadAnswer(BsonDocument stored) => new(
        stored["k"].AsString, stored["h"].AsString, stored["s"].ToInt32(), TextOrNull(stored, "l"), TextOrNull(stored, "g"), stored["b"].AsString, ReadMoment(stored["x"]));

    public static BsonDateTime Moment(DateTimeOffset moment) => new(moment.ToUnixTimeMilliseconds());

    public static DateTimeOffset ReadMoment(BsonValue stored) => DateTimeOffset.FromUnixTimeMilliseconds(stored.AsBsonDateTime.MillisecondsSinceEpoch);

    private static BsonArray Events(DocumentWrite write) => [.. write.Events.Select((unsent, place) => Present(new BsonDocument
    {
        { "e", unsent.EventId },
        { "q", ((write.ExpectedVersion + 1) * EventsOfOneSave) + place },
        { "t", unsent.Type },
        { "b", unsent.Body },
        { "r", Moment(unsent.RaisedAt) },
        { "u", Moment(unsent.DueAt) },
        { "n", unsent.Attempts },
        { "tp", (BsonValue?)unsent.TraceParent ?? BsonNull.Value },
        { "ts", (BsonValue?)unsent.TraceState ?? BsonNull.Value },
        { "bg", (BsonValue?)unsent.Baggage ?? BsonNull.Value },
    }))];

    private static BsonArray Answers(DocumentWrite write) => write.Answer is not { } answer ? [] :
    [
        Present(new BsonDocument
        {
            { "k", answer.Key },
            { "h", answer.BodyHash },
            { "s", answer.Status },
            { "l", (BsonValue?)answer.Location ?? BsonNull.Value },
            { "g", (BsonValue?)answer.ETag ?? BsonNull.Value },
            { "b", answer.Body },
            { "x", Moment(answer.ExpiresAt) },
        }),
    ];

    private static BsonDocument Present(BsonDocument document)
    {
        foreach (var absent in document.Where(element => element.Value.IsBsonNull).Select(element => element.Name).ToList())
            document.Remove(absent);
        return document;
    }

    private static string? TextOrNull(BsonDocument stored, string name) => stored.TryGetValue(name, out var value) ? value.AsString : null;

    /// <summary>Beyond the end of the list there is no element, and a field set to none is removed.</summary>
    private static BsonArray WithFirstEvent(BsonDocument set) =>
    [
        new BsonDocument("$set", set),
        new BsonDocument("$set", new BsonDocument { { "due", Call("$arrayElemAt", "$o.u", 0) }, { "since", Call("$arrayElemAt", "$o.r", 0) } }),
    ];

    private static BsonDocument IsOneOf(IEnumerable<string> eventIds) => Call("$in", "$$this.e", Literal(new BsonArray(eventIds)));

    private static BsonDocument Not(BsonValue condition) => Call("$not", condition);

    private static BsonDocument Filter(BsonValue list, BsonValue condition) => new("$filter", new BsonDocument { { "input", list }, { "as", "this" }, { "cond", condition } });

    private static BsonDocument Map(BsonValue list, BsonValue into) => new("$map", new BsonDocument { { "input", list }, { "as", "this" }, { "in", into } });

    private static BsonDocument Call(string name, params BsonValue[] arguments) => new(name, new BsonArray(arguments));

    /// <summary>A value as it is: its fields may be named with dollars, its texts begin with one.</summary>
    private static BsonDocument Literal(BsonValue value) => new("$literal", value);
}
