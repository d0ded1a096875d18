using System.Xml.Linq;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace EServices.Identity.Keys;

/// <summary>
/// Keys of ASP.NET's data protection (sign-in cookies, forms) in the service's store, so that neither a restart nor a second instance signs people out.
/// </summary>
internal sealed class StoreXmlRepository(DocumentStore<StoredKey> store, Ids ids, TimeProvider time) : IXmlRepository
{
    private const string Purpose = "data-protection";

    // The interface knows no tasks. It is called at start and once in ninety days, on no thread that anything waits for.
    public IReadOnlyCollection<XElement> GetAllElements() => ReadAsync().GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) =>
        store.SaveAsync(new StoredKey(ids.New("key"), Purpose, element.ToString(SaveOptions.DisableFormatting), time.GetUtcNow()), CancellationToken.None)
            .GetAwaiter().GetResult();

    private async Task<IReadOnlyCollection<XElement>> ReadAsync()
    {
        var elements = new List<XElement>();
        await foreach (var key in store.AllAsync(StoredKey.ByPurpose.Where(Purpose), CancellationToken.None))
            elements.Add(XElement.Parse(key.Material));
        return elements;
    }
}
