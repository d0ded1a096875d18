using EServices.Platform.Storage;
using EServices.Platform.Storage.Mongo;
using EServices.Testing.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace EServices.Containers.Tests.Storage;

public sealed class MongoKeeperTests(MongoServer server) : KeeperContract
{
    private readonly string name = $"keeper_{Guid.NewGuid():N}";

    private IMongoCollection<BsonDocument> Raw => ((MongoKeeper)Keeper).Database.GetCollection<BsonDocument>("parcels");

    protected override Task<IKeeper> OpenAsync() => Task.FromResult(Keepers.Open(server.Address(name)));

    protected override async Task RemoveAsync()
    {
        using var client = new MongoClient(server.Address(name));
        await client.DropDatabaseAsync(name);
    }
}
