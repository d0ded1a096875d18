using EServices.Catalogue.Services;

namespace EServices.Catalogue.Search;

/// <summary>Finds services by what people say, best match first. The seam behind which a deeper index, or a search server, can stand.</summary>
internal interface IServiceSearch
{
    IEnumerable<ServiceVersion> Find(string query, Shelf.Content shelf);
}
