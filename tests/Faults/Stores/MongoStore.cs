using MongoDB.Bson;
using MongoDB.Driver;

namespace EServices.Faults.Tests.Stores;

/// <summary>A service's database in MongoDB; each document lies in an envelope with its version (<c>v</c>), state (<c>d</c>), unsent (<c>o</c>) and parked (<c>p</c>) events.</summary>
internal sealed class MongoStore : IStore
{
    private readonly IMongoDatabase database;

    public MongoStore(string connectionString)
    {
        var url = new MongoUrl(connectionString);
        database = new MongoClient(url).GetDatabase(url.DatabaseName);
    }

    public IReadOnlyList<BsonDocument> All(string collection) => [.. database.GetCollection<BsonDocument>(collection).Find(FilterDefinition<BsonDocument>.Empty).ToEnumerable().Select(envelope =>
    {
        var body = envelope["d"].AsBsonDocument;
        body["_id"] = envelope["_id"];
        body["_v"] = envelope["v"];
        return body;
    })];

    public long Unsent() => Collections().Sum(collection => collection.Find(Builders<BsonDocument>.Filter.Exists("due")).ToEnumerable().Sum(envelope => envelope["o"].AsBsonArray.Count));

    public DateTimeOffset? OldestUnsent() => Collections()
        .SelectMany(collection => collection.Find(Builders<BsonDocument>.Filter.Exists("since")).Project(new BsonDocument("since", 1)).ToEnumerable())
        .Select(envelope => (DateTimeOffset?)DateTimeOffset.FromUnixTimeMilliseconds(envelope["since"].AsBsonDateTime.MillisecondsSinceEpoch)).Min();

    public IReadOnlyList<string> Waiting() =>
    [
        .. Collections().SelectMany(collection => collection.Find(Builders<BsonDocument>.Filter.Exists("due")).Limit(12).ToEnumerable())
            .SelectMany(envelope => envelope["o"].AsBsonArray.Select(waiting => waiting.AsBsonDocument))
            .Select(waiting => $"{waiting["t"].AsString} {waiting["e"].AsString}: raised {waiting["r"]}, {waiting["n"]} attempts, due {waiting["u"]}"),
    ];

    public IReadOnlyList<string> Parked() =>
    [
        .. Collections().SelectMany(collection => collection.Find(Builders<BsonDocument>.Filter.Exists("p.0")).ToEnumerable())
            .SelectMany(envelope => envelope["p"].AsBsonArray.Select(parked => parked.AsBsonDocument))
            .Select(parked => $"{parked["t"].AsString} {parked["e"].AsString}: {parked.GetValue("x", "").AsString}"),
    ];

    private IEnumerable<IMongoCollection<BsonDocument>> Collections() =>
        database.ListCollectionNames().ToEnumerable().ToList().Select(name => database.GetCollection<BsonDocument>(name));
}
