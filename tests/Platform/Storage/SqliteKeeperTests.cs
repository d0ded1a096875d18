using EServices.Platform.Storage;
using EServices.Testing.Storage;

namespace EServices.Platform.Tests.Storage;

public sealed class SqliteKeeperTests : KeeperContract
{
    private readonly string folder = Directory.CreateTempSubdirectory("eservices-keeper-").FullName;

    private string Path => System.IO.Path.Combine(folder, "parcels.db");

    protected override Task<IKeeper> OpenAsync() => Task.FromResult(Keepers.Open($"sqlite:{Path}"));

    protected override Task RemoveAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }
}
